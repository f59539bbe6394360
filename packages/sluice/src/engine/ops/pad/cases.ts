import type { Shape } from '../../../foundation/shape.ts'
import { type Pair, shapeOf, spatial } from '../convolution/geometry.ts'
import { activationInput, opCases } from '../opCase.ts'
import { pad, padBackward } from './pad.ts'
import { type PadAttributes, type PadMode, paddedSize } from './padTaps.ts'

interface PadCase {
  readonly x: Shape
  readonly attributes: PadAttributes
}

function padCase(
  x: Shape,
  mode: PadMode,
  padding: readonly [Pair, Pair, Pair],
  value = 0,
): PadCase {
  return { x, attributes: { padding, mode, value } }
}

const outside = ['reflect', 'symmetric', 'replicate', 'circular'] as const

const given: readonly PadCase[] = [
  ...(['constant', ...outside] as const).flatMap((mode) => [
    padCase([2, 3, 7], mode, [
      [0, 0],
      [0, 0],
      [3, 1],
    ]),
    padCase(
      [2, 5, 6, 4],
      mode,
      [
        [0, 0],
        [2, 0],
        [1, 3],
      ],
      mode === 'constant' ? -1.5 : 0,
    ),
    padCase([1, 6, 3, 4, 5], mode, [
      [1, 2],
      [0, 1],
      [2, 2],
    ]),
    padCase([3, 1, 3, 4, 5], mode, [
      [0, 1],
      [2, 0],
      [0, 4],
    ]),
    padCase([1, 18, 5, 24, 20], mode, [
      [2, 2],
      [3, 3],
      [1, 1],
    ]),
  ]),
  // As far as each may reach.
  padCase([1, 4, 3, 2], 'reflect', [
    [0, 0],
    [2, 2],
    [1, 1],
  ]),
  padCase([1, 4, 3, 1], 'symmetric', [
    [0, 0],
    [3, 3],
    [1, 1],
  ]),
  padCase([1, 4, 3, 1], 'replicate', [
    [0, 0],
    [7, 0],
    [9, 4],
  ]),
  padCase([2, 4, 5, 6], 'constant', [
    [0, 0],
    [-2, 1],
    [-1, -3],
  ]),
  padCase([2, 3, 4, 5, 6], 'constant', [
    [0, 0],
    [0, 0],
    [0, 0],
  ]),
]

function nameOf({ x, attributes: { padding, mode, value } }: PadCase): string {
  const sides = padding.map(([before, after]) => `${before}+${after}`).join(' ')
  return `[${x.join(', ')}] ${mode}${value === 0 ? '' : ` ${value}`}, ${sides}`
}

function paddedShape({ x, attributes }: PadCase): Shape {
  const { batch, channels } = spatial(x)
  return shapeOf(x.length, batch, channels, paddedSize(x, attributes, 'case'))
}

export const padCases = opCases({
  op: pad,
  cases: given.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('x', entry.x)],
    attributes: entry.attributes,
  })),
})

export const padBackwardCases = opCases({
  op: padBackward,
  cases: given.map((entry) => ({
    name: nameOf(entry),
    inputs: [activationInput('dy', paddedShape(entry))],
    attributes: { ...entry.attributes, inputShape: entry.x },
  })),
})
