import { activationInput, opCases } from '../opCase.ts'
import { type ResizeCase, resizeCases, resizedShape } from '../resampling/resizeCases.ts'
import type { ResizeNearestAttributes } from './nearestTaps.ts'
import { resizeNearest, resizeNearestBackward } from './resizeNearest.ts'

interface NearestCase extends ResizeCase {
  readonly attributes: ResizeNearestAttributes
}

const given: readonly NearestCase[] = [
  ...resizeCases.flatMap(({ x, size }) =>
    (['floor', 'alignCorners'] as const).map((mode) => ({ x, size, attributes: { size, mode } })),
  ),
  {
    x: [1, 5, 7, 9],
    size: [1, 10, 13],
    attributes: { size: [1, 10, 13], mode: 'floor', step: [1, 1 / 1.5, 1 / 1.5] },
  },
]

function nameOf({ x, attributes: { size, mode, step } }: NearestCase): string {
  return `[${x.join(', ')}] to ${size.join('×')}, ${mode}${step === undefined ? '' : ', scaled'}`
}

export const resizeNearestCases = opCases({
  op: resizeNearest,
  cases: given.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('x', entry.x)],
    attributes: entry.attributes,
  })),
})

export const resizeNearestBackwardCases = opCases({
  op: resizeNearestBackward,
  cases: given.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('dy', resizedShape(entry))],
    attributes: { ...entry.attributes, inputShape: entry.x },
  })),
})
