import { ticks } from '../../../apps/cli/src/report/lineChart.ts'
import { label, line, picture } from '../../pictures/svg.ts'
import { runsOf } from '../statistics/comparison.ts'
import { meanOf } from '../statistics/intervals.ts'
import {
  horizontal,
  legend,
  roomFor,
  tickWords,
  variantColours,
  vertical,
  verticalGrid,
} from './chart.ts'
import type { TaskResults } from './results.ts'

const [WIDTH, HEIGHT] = [460, 280]
const COLUMNS = 2

/** Validation during training, task by task: a thin line for each seed, a thick one for their mean. */
export function learningCurves(tasks: readonly TaskResults[]): string {
  const rows = Math.ceil(tasks.length / COLUMNS)
  const panels = tasks.flatMap((task, index) => {
    const left = (index % COLUMNS) * WIDTH
    const top = Math.floor(index / COLUMNS) * HEIGHT
    return panel(task, left, top)
  })
  const title = 'Learning curves on validation data: thin lines are seeds, thick lines their mean'
  return picture(WIDTH * COLUMNS, HEIGHT * rows, title, panels)
}

function panel(task: TaskResults, left: number, top: number): string[] {
  const frame = { left: left + 56, top: top + 52, width: WIDTH - 76, height: HEIGHT - 100 }
  const score = (record: TaskResults['runs'][number]['curve'][number]) =>
    record.validPsnr ?? record.validAccuracy ?? Number.NaN
  const all = task.runs.flatMap(({ curve }) => curve.map(score))
  const range = roomFor(all)
  const steps = task.runs[0]?.steps ?? 1
  const x = horizontal(frame, [0, steps])
  const y = vertical(frame, range)
  const below = ticks(0, steps, 4)
  const unit = task.measure === 'psnr' ? 'hole PSNR, dB' : 'accuracy'
  const lines = task.networks.flatMap(({ variant }) => {
    const curves = runsOf(task.runs, variant).map(({ curve }) => curve)
    const colour = variantColours[variant]
    const thin = curves.map((curve) =>
      line(
        curve.map((record) => [x(record.step), y(score(record))] as const),
        { stroke: colour, 'stroke-width': 1, 'stroke-opacity': 0.45 },
      ),
    )
    const mean = (curves[0] ?? []).map((record, i) => {
      const values = curves.flatMap((curve) => (curve[i] === undefined ? [] : [score(curve[i])]))
      return [x(record.step), y(meanOf(values))] as const
    })
    return [...thin, line(mean, { stroke: colour, 'stroke-width': 2.5 })]
  })
  return [
    label(left + 56, top + 22, task.title, { 'text-anchor': 'start', 'font-weight': 600 }),
    ...legend(
      left + 56,
      top + 41,
      task.networks.map(({ variant }) => variant),
    ),
    ...verticalGrid(frame, range),
    ...below.map((step) =>
      label(x(step), frame.top + frame.height + 16, tickWords(step, below), { 'font-size': 11 }),
    ),
    label(frame.left + frame.width / 2, frame.top + frame.height + 34, `steps (${unit} above)`, {
      'font-size': 11,
    }),
    ...lines,
  ]
}
