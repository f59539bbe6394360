import { ticks } from '../../../apps/cli/src/report/lineChart.ts'
import { colours, label, line, picture } from '../../pictures/svg.ts'
import type { Comparison } from '../statistics/comparison.ts'
import type { Estimate } from '../statistics/intervals.ts'
import { dot, horizontal, tickWords, variantColours } from './chart.ts'

/** One comparison, ready to be drawn in its unit. */
export interface DifferenceRow {
  readonly words: string
  readonly comparison: Comparison
  /** dB as they are, accuracy in points of 100. */
  readonly factor: number
  readonly unit: string
}

const [WIDTH, ROW, LEFT, RIGHT] = [760, 62, 250, 30]

/** Gated minus the other variant with both intervals: right of zero gating helps. */
export function differencePlot(rows: readonly DifferenceRow[]): string {
  const units = [...new Set(rows.map(({ unit }) => unit))]
  let top = 44
  const parts = units.flatMap((unit) => {
    const own = rows.filter((row) => row.unit === unit)
    const drawn = panel(own, unit, top)
    top += own.length * ROW + 58
    return drawn
  })
  const title = 'Gated minus the other variant, with 95 % intervals: right of the line gating helps'
  const head = label(WIDTH / 2, 24, title, { 'font-weight': 600 })
  return picture(WIDTH, top, title, [head, ...parts])
}

function panel(rows: readonly DifferenceRow[], unit: string, top: number): string[] {
  const frame = { left: LEFT, top, width: WIDTH - LEFT - RIGHT, height: rows.length * ROW }
  const ends = rows.flatMap(({ comparison: { seeds, items, differences }, factor }) =>
    [seeds.low, seeds.high, items.low, items.high, ...differences].map((value) => value * factor),
  )
  const most = Math.max(...ends.filter(Number.isFinite).map(Math.abs), 1e-6) * 1.08
  const x = horizontal(frame, [-most, most])
  const below = ticks(-most, most, 8)
  const bottom = top + frame.height
  return [
    ...below.map((value) =>
      line(
        [
          [x(value), top],
          [x(value), bottom],
        ],
        Math.abs(value) < 1e-9
          ? { stroke: colours.ink, 'stroke-width': 1.5 }
          : { stroke: colours.faint },
      ),
    ),
    ...below.map((value) =>
      label(x(value), bottom + 16, tickWords(value, below), { 'font-size': 11 }),
    ),
    label(frame.left + frame.width / 2, bottom + 33, unit, { 'font-size': 11 }),
    ...rows.flatMap((row, index) => drawnRow(row, top + index * ROW, x)),
  ]
}

function drawnRow(
  { words, comparison, factor }: DifferenceRow,
  top: number,
  x: (value: number) => number,
): string[] {
  const colour = variantColours[comparison.other]
  const bar = ({ low, high, mean }: Estimate, y: number, name: string, strength: number) => [
    line(
      [
        [x(Math.max(low, -1e6) * factor), y],
        [x(Math.min(high, 1e6) * factor), y],
      ],
      { stroke: colour, 'stroke-width': 3, 'stroke-opacity': strength },
    ),
    dot(x(mean * factor), y, colour, 5),
    label(LEFT - 10, y + 4, name, { 'text-anchor': 'end', 'font-size': 11 }),
  ]
  return [
    label(14, top + 14, words, { 'text-anchor': 'start', 'font-weight': 600, 'font-size': 12 }),
    ...bar(comparison.seeds, top + 30, 'over seeds', 0.9),
    ...bar(comparison.items, top + 48, 'over test items', 0.45),
    ...comparison.differences.map((value) => dot(x(value * factor), top + 30, colours.ink, 2.2)),
  ]
}
