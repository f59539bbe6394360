import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases } from '../opCase.ts'
import { padZeros, slice } from './slice.ts'

interface AxisCase {
  readonly shape: Shape
  readonly axis: number
  readonly before: number
  readonly after: number
}

const axisCases: readonly AxisCase[] = [
  { shape: [3, 9], axis: 1, before: 2, after: 3 },
  { shape: [5, 4], axis: 0, before: 1, after: 0 },
  { shape: [2, 8, 7], axis: 1, before: 4, after: 0 },
  { shape: [2, 3, 7], axis: 2, before: 0, after: 5 },
  { shape: [1, 6, 5, 6], axis: 1, before: 1, after: 2 },
  { shape: [3, 5, 5, 6], axis: 3, before: 2, after: 1 },
  { shape: [2, 3, 4, 5, 4], axis: 2, before: 1, after: 1 },
  { shape: [3, 3, 4, 5, 4], axis: 0, before: 1, after: 1 },
  { shape: [1, 24, 6, 20, 20], axis: 1, before: 0, after: 12 },
]

function nameOf({ shape, axis, before, after }: AxisCase): string {
  return `axis ${axis} of [${shape.join(', ')}], ${before} before, ${after} after`
}

export const sliceCases = opCases({
  op: slice,
  cases: axisCases.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('x', entry.shape)],
    attributes: {
      axis: entry.axis,
      start: entry.before,
      end: (entry.shape[entry.axis] ?? 1) - entry.after,
    },
  })),
})

export const padZerosCases = opCases({
  op: padZeros,
  cases: axisCases.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('x', entry.shape)],
    attributes: { axis: entry.axis, before: entry.before, after: entry.after },
  })),
})
