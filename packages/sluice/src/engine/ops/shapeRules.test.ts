import { describe, expect, it } from 'vitest'
import type { Shape } from '../../foundation/shape.ts'
import { GraphBuilder } from '../graph/graphBuilder.ts'
import type { OpDefinition } from '../graph/opDefinition.ts'
import {
  add,
  averagePool,
  batchNorm,
  concat,
  dropout,
  gateBackward,
  linear,
  maxPool,
  reshape,
  sgdUpdate,
  slice,
} from './allOps.ts'

/** Applies an op to inputs of these shapes, at the path `block2`. */
function apply<A extends object>(op: OpDefinition<A>, shapes: readonly Shape[], attributes: A) {
  const builder = new GraphBuilder()
  const inputs = shapes.map((shape, index) => builder.input(`input${index}`, shape))
  return builder.apply(op, inputs, attributes, 'block2').map(({ shape }) => shape)
}

const window = {
  kernelSize: [1, 2, 2],
  stride: [1, 2, 2],
  padding: [
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1, 1],
} as const

describe('shape rules say what does not fit, and where', () => {
  it('names the layer', () => {
    expect(() =>
      apply(
        add,
        [
          [2, 3],
          [3, 2],
        ],
        {},
      ),
    ).toThrow(/^block2 \(add\): /)
  })

  it('counts inputs', () => {
    expect(() => apply(add, [[2, 3]], {})).toThrow(/wrong number of inputs/)
    expect(() => apply(linear, [[2, 3], [4, 3], [4]], { bias: false })).toThrow(/wrong number/)
  })

  it('knows the features of a linear layer', () => {
    expect(apply(linear, [[2, 3], [4, 3], [4]], { bias: true })).toEqual([[2, 4]])
    expect(() =>
      apply(
        linear,
        [
          [2, 5],
          [4, 3],
        ],
        { bias: false },
      ),
    ).toThrow(/expected: \[4, 5\]/)
  })

  it('keeps padding of pools within the window', () => {
    const padding = [
      [0, 0],
      [2, 0],
      [0, 0],
    ] as const
    expect(() => apply(maxPool, [[1, 2, 6, 6]], { ...window, padding })).toThrow(/larger than/)
    const { dilation: _, ...pool } = { ...window, padding, countIncludePad: true }
    expect(() => apply(averagePool, [[1, 2, 6, 6]], pool)).toThrow(/larger than/)
  })

  it('refuses statistics of one value, as PyTorch does', () => {
    const epsilon = 1e-5
    expect(() => apply(batchNorm, [[1, 3], [3], [3]], { epsilon })).toThrow(/one value a channel/)
    expect(apply(batchNorm, [[2, 3], [3], [3]], { epsilon })).toEqual([[2, 3], [3], [3]])
  })

  it('joins and cuts along any axis that exists', () => {
    expect(
      apply(
        concat,
        [
          [2, 3],
          [2, 4],
        ],
        { axis: 1 },
      ),
    ).toEqual([[2, 7]])
    expect(() =>
      apply(
        concat,
        [
          [2, 3],
          [3, 4],
        ],
        { axis: 1 },
      ),
    ).toThrow(/side by side/)
    expect(() => apply(concat, [[2, 3]], { axis: 2 })).toThrow(/no such axis/)
    expect(() => apply(slice, [[2, 3]], { axis: 1, start: 1, end: 4 })).toThrow(/within its axis/)
  })

  it('keeps the number of elements in a reshape', () => {
    expect(() => apply(reshape, [[2, 3]], { shape: [7] })).toThrow(/7, \[7\]/)
  })

  it('wants as many gates as features', () => {
    const gates = {
      featureActivation: 'none',
      gateActivation: 'sigmoid',
      activation: 'none',
    } as const
    expect(() =>
      apply(
        gateBackward,
        [
          [1, 3, 4],
          [1, 1, 4],
        ],
        gates,
      ),
    ).toThrow(/equally many/)
  })

  it('refuses to drop everything', () => {
    const all = { probability: 1, seed: 0, stream: 0 }
    expect(() => apply(dropout, [[2, 3], []], all)).toThrow(/cannot drop/)
  })

  it('refuses a gradient of another shape than its parameter', () => {
    const attributes = { momentum: 0, weightDecay: 0, nesterov: false, scaled: false }
    expect(() => apply(sgdUpdate, [[2, 3], [3, 2], []], attributes)).toThrow(
      /gradient does not fit/,
    )
  })

  it('does not mix weights and activations of rank three and more elementwise', () => {
    const builder = new GraphBuilder()
    const a = builder.input('a', [1, 2, 3])
    const b = builder.input('b', [1, 2, 3], { kind: 'plain' })
    expect(() => builder.apply(add, [a, b], {})).toThrow(/do not mix/)
  })
})
