import { activationInput, opCases } from '../opCase.ts'
import { type ResizeCase, resizeCases, resizedShape } from '../resampling/resizeCases.ts'
import type { ResizeBilinearAttributes } from './linearTaps.ts'
import { resizeBilinear, resizeBilinearBackward } from './resizeBilinear.ts'

interface LinearCase extends ResizeCase {
  readonly attributes: ResizeBilinearAttributes
}

const given: readonly LinearCase[] = [
  ...resizeCases.flatMap(({ x, size }) =>
    [false, true].map((alignCorners) => ({ x, size, attributes: { size, alignCorners } })),
  ),
  {
    x: [1, 5, 7, 9],
    size: [1, 10, 13],
    attributes: { size: [1, 10, 13], alignCorners: false, step: [1, 1 / 1.5, 1 / 1.5] },
  },
]

function nameOf({ x, attributes: { size, alignCorners, step } }: LinearCase): string {
  const corners = alignCorners ? 'corners' : 'edges'
  return `[${x.join(', ')}] to ${size.join('×')}, ${corners}${step === undefined ? '' : ', scaled'}`
}

export const resizeBilinearCases = opCases({
  op: resizeBilinear,
  cases: given.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('x', entry.x)],
    attributes: entry.attributes,
  })),
})

export const resizeBilinearBackwardCases = opCases({
  op: resizeBilinearBackward,
  cases: given.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('dy', resizedShape(entry))],
    attributes: { ...entry.attributes, inputShape: entry.x },
  })),
})
