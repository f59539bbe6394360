import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { compile } from '../engine/runtime/compile.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'
import { conv1d, conv2d } from './conv.ts'
import { gatedConv2d } from './gated/gatedConv.ts'
import { mean } from './mean.ts'
import { pad } from './pad.ts'
import { resize, upsample } from './resize.ts'
import { scale } from './scale.ts'
import { sequential } from './sequential.ts'
import { slice } from './slice.ts'

async function outputOf(model: Module, shape: Shape, data?: Float32Array): Promise<number[]> {
  const given = data ?? Float32Array.from({ length: elementCount(shape) }, (_, i) => i)
  const session = compile(model, { device: reference(), input: shape, seed: 1 })
  return [...((await session.run({ input: given })).output?.data ?? [])]
}

describe('padding', () => {
  it('mirrors, repeats and wraps', async () => {
    const row = (mode: 'reflect' | 'symmetric' | 'replicate' | 'circular') =>
      outputOf(pad(2, { mode }), [1, 1, 3])
    expect(await row('reflect')).toEqual([2, 1, 0, 1, 2, 1, 0])
    expect(await row('symmetric')).toEqual([1, 0, 0, 1, 2, 2, 1])
    expect(await row('replicate')).toEqual([0, 0, 0, 1, 2, 2, 2])
    expect(await row('circular')).toEqual([1, 2, 0, 1, 2, 0, 1])
    expect(await outputOf(pad([[-1, 1]], { value: 9 }), [1, 1, 3])).toEqual([1, 2, 9])
  })

  it('names the layer and the mode when the input is too small to mirror', () => {
    const model = sequential({
      front: conv2d(1, 1, { kernelSize: 7, padding: 3, paddingMode: 'reflect' }),
    })
    expect(() => inferenceGraph(model, [1, 1, 8, 3])).toThrow(/front.*\n.*0 to 2.*reflect/)
    expect(() => inferenceGraph(pad([1, 1]), [1, 2, 3])).toThrow(/another number of axes/)
    expect(() => inferenceGraph(pad(-2), [1, 2, 3])).toThrow(/leave something/)
    expect(() => pad(-1, { mode: 'replicate' })).toThrow(/from 0/)
    expect(() => inferenceGraph(pad(1), [2, 3])).toThrow(/axes of space/)
  })
})

describe('masked convolutions', () => {
  const side = 5
  const place = 12

  /** Which outputs change when the pixel in the middle of a 5×5 picture does. */
  async function reached(layer: Module): Promise<number[]> {
    const shape = [1, 1, side, side]
    const before = Float32Array.from({ length: side * side }, (_, i) => Math.sin(i))
    const after = before.slice()
    after[place] = 7
    const a = await outputOf(layer, shape, before)
    const b = await outputOf(layer, shape, after)
    return a.flatMap((value, i) => (value === b[i] ? [] : [i]))
  }

  it('reach only what is read later, and themselves with B', async () => {
    const window = { kernelSize: 3, padding: 1 }
    expect(await reached(conv2d(1, 1, { ...window, mask: 'A' }))).toEqual([13, 16, 17, 18])
    expect(await reached(conv2d(1, 1, { ...window, mask: 'B' }))).toEqual([12, 13, 16, 17, 18])
    expect(await reached(gatedConv2d(1, 1, { ...window, mask: 'A' }))).toEqual([13, 16, 17, 18])
    for (const gateKind of ['singleChannel', 'pointwise', 'depthSeparable'] as const) {
      const layer = gatedConv2d(1, 1, { ...window, gateKind, mask: 'A' })
      expect(await reached(layer), gateKind).toEqual([13, 16, 17, 18])
    }
  })

  it('refuse what would show what they hide', () => {
    const window = { kernelSize: 3, padding: 1, mask: 'A' } as const
    expect(() => conv2d(1, 1, { ...window, paddingMode: 'reflect' })).toThrow(/hides/)
    expect(() => gatedConv2d(1, 1, { ...window, gateKind: 'globalPool' })).toThrow(/hides/)
    expect(() => gatedConv2d(1, 1, { ...window, order: 'residualThenGate' })).toThrow(/hides/)
    expect(() => conv2d(4, 6, { ...window, maskColours: 3 })).toThrow(/colours/)
    expect(() => conv1d(3, 3, { kernelSize: 3, maskColours: 3 })).toThrow(/need a mask/)
  })
})

describe('resizing', () => {
  it('reads or mixes neighbours', async () => {
    expect(await outputOf(upsample(2), [1, 1, 3])).toEqual([0, 0, 1, 1, 2, 2])
    expect(
      await outputOf(resize({ size: 5, mode: 'linear', alignCorners: true }), [1, 1, 3]),
    ).toEqual([0, 0.5, 1, 1.5, 2])
    // TensorFlow's rule puts the ends on the ends, and halves up.
    expect(await outputOf(resize({ size: 5, alignCorners: true }), [1, 1, 3])).toEqual([
      0, 1, 1, 2, 2,
    ])
  })

  it('needs one of size and scale, for as many axes as there are', () => {
    expect(() => resize({})).toThrow(/a size or a scale/)
    expect(() => resize({ size: 2, scale: 2 })).toThrow(/a size or a scale/)
    expect(() => resize({ size: 2.5 })).toThrow(/a size or a scale/)
    expect(() => resize({ scale: 0 })).toThrow(/a size or a scale/)
    expect(() => inferenceGraph(resize({ size: [2, 2] }), [1, 1, 4])).toThrow(/number of axes/)
    expect(() => inferenceGraph(upsample(0.1), [1, 1, 4])).toThrow(/does not fit/)
  })
})

describe('slices, means and constants', () => {
  it('count from the end below zero', async () => {
    expect(await outputOf(slice({ axis: -1, start: -2 }), [1, 1, 4])).toEqual([2, 3])
    expect(await outputOf(slice({ axis: 2, end: -1 }), [1, 1, 4])).toEqual([0, 1, 2])
    expect(await outputOf(mean([-1]), [1, 2, 3])).toEqual([1, 4])
    expect(await outputOf(mean(1, { keepDims: true }), [1, 2, 2])).toEqual([1, 2])
    expect(await outputOf(scale(2, -1), [1, 3])).toEqual([-1, 1, 3])
  })

  it('refuse axes and parts that are not there', () => {
    expect(() => inferenceGraph(slice({ axis: 3 }), [1, 2, 3])).toThrow(/no such axis/)
    expect(() => inferenceGraph(slice({ axis: 2, start: 3 }), [1, 2, 3])).toThrow(/slice/)
    expect(() => inferenceGraph(slice({ axis: 2, end: 4 }), [1, 2, 3])).toThrow(/slice/)
    expect(() => slice({ axis: 0.5 })).toThrow(/whole/)
    expect(() => inferenceGraph(mean([0, -3]), [1, 2, 3])).toThrow(/summed over/)
    expect(() => mean([])).toThrow(/axes/)
    expect(() => scale(Number.NaN)).toThrow(/numbers/)
  })
})
