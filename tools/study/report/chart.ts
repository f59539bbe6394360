import { ticks } from '../../../apps/cli/src/report/lineChart.ts'
import { colours, element, label, line, rectangle } from '../../pictures/svg.ts'
import type { Variant } from '../networks/variant.ts'

/** Each variant's colour, the same in every plot. */
export const variantColours: Readonly<Record<Variant, string>> = {
  gated: colours.gate,
  plain: colours.feature,
  partial: colours.product,
}

/** A part of a picture with axes: values in, pixels out. */
export interface Axes {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
}

export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A tick's words: no more digits than tell it from its neighbours. */
export function tickWords(value: number, all: readonly number[]): string {
  const step = Math.abs((all[1] ?? 1) - (all[0] ?? 0)) || 1
  const digits = Math.max(0, Math.min(4, -Math.floor(Math.log10(step) + 1e-9)))
  return value.toFixed(digits)
}

/** Lines and words of a vertical axis. */
export function verticalGrid(frame: Frame, [low, high]: readonly [number, number]): string[] {
  const y = vertical(frame, [low, high])
  const marks = ticks(low, high, 5)
  return marks.flatMap((value) => [
    line(
      [
        [frame.left, y(value)],
        [frame.left + frame.width, y(value)],
      ],
      { stroke: colours.faint },
    ),
    label(frame.left - 6, y(value) + 4, tickWords(value, marks), {
      'text-anchor': 'end',
      'font-size': 11,
    }),
  ])
}

export function vertical(
  { top, height }: Frame,
  [low, high]: readonly [number, number],
): (value: number) => number {
  return (value) => top + (1 - (value - low) / (high - low)) * height
}

export function horizontal(
  { left, width }: Frame,
  [low, high]: readonly [number, number],
): (value: number) => number {
  return (value) => left + ((value - low) / (high - low)) * width
}

/** The least and the largest of some values, and a little more. */
export function roomFor(values: readonly number[]): readonly [low: number, high: number] {
  const finite = values.filter(Number.isFinite)
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  const room = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1
  return [low - room, high + room]
}

/** Names of variants with their colours, in a row. */
export function legend(left: number, top: number, variants: readonly Variant[]): string[] {
  return variants.flatMap((variant, index) => [
    rectangle(left + index * 84, top - 9, 12, 12, { fill: variantColours[variant], rx: 2 }),
    label(left + index * 84 + 18, top + 1, variant, { 'text-anchor': 'start', 'font-size': 12 }),
  ])
}

/** A small disc at a place. */
export function dot(x: number, y: number, colour: string, radius = 4): string {
  return element('circle', { cx: x, cy: y, r: radius, fill: colour })
}
