import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { compile, readWeights } from '../engine/runtime/compile.ts'
import { Random } from '../foundation/random.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'
import { relu } from './activation.ts'
import { conv1d, conv2d, conv3d } from './conv.ts'
import { gatedConv1d, gatedConv2d, gatedConv3d } from './gated/gatedConv.ts'
import { sequential } from './sequential.ts'

function names(model: Module, input: Shape): string[] {
  return [...inferenceGraph(model, input).variables].map(
    ([name, { value }]) => `${name} ${value.shape.join('×')}`,
  )
}

function noise(shape: Shape, stream = 'noise'): Float32Array {
  const random = new Random(5, stream)
  return Float32Array.from({ length: elementCount(shape) }, () => random.normal())
}

async function outputOf(model: Module, shape: Shape, data: Float32Array) {
  const session = compile(model, { device: reference(), input: shape, seed: 3 })
  return (await session.run({ input: data })).output
}

describe('convolution layers', () => {
  it('have the parameters of PyTorch, in its order', () => {
    expect(names(conv3d(4, 6, { kernelSize: [1, 2, 3], groups: 2 }), [1, 4, 3, 3, 3])).toEqual([
      'weight 6×2×1×2×3',
      'bias 6',
    ])
    expect(names(conv1d(2, 3, { kernelSize: 3, bias: false }), [1, 2, 5])).toEqual(['weight 3×2×3'])
  })

  it('compute the sum of products that their weights say', async () => {
    const session = compile(conv1d(1, 1, { kernelSize: 2, padding: [[1, 0]] }), {
      device: reference(),
      input: [1, 1, 3],
      weights: new Map([
        ['weight', { dtype: 'float32', shape: [1, 1, 2], data: Float32Array.of(10, 1) }],
        ['bias', { dtype: 'float32', shape: [1], data: Float32Array.of(0.5) }],
      ]),
    })
    const { output } = await session.run({ input: Float32Array.of(1, 2, 3) })
    expect([...(output?.data ?? [])]).toEqual([1.5, 12.5, 23.5])
  })

  it('start uniform within ±1/√fanIn, weights and biases', () => {
    const session = compile(conv2d(4, 64, { kernelSize: 3 }), {
      device: reference(),
      input: [1, 4, 3, 3],
    })
    const bound = 1 / 6
    for (const { data } of readWeights(session).values()) {
      const largest = Math.max(...data.map(Math.abs))
      expect(largest).toBeLessThanOrEqual(bound)
      expect(largest).toBeGreaterThan(0.9 * bound)
    }
  })

  it('give ceil(size / stride) elements with "same"', () => {
    const layer = conv2d(1, 1, { kernelSize: 3, stride: 2, padding: 'same' })
    const output = inferenceGraph(layer, [1, 1, 7, 8]).outputs.get('output')
    expect(output?.shape).toEqual([1, 1, 4, 4])
  })

  it('see nothing of the future with "causal"', async () => {
    const shape = [1, 2, 5, 4, 4]
    const layer = gatedConv3d(2, 3, { kernelSize: 3, padding: 'causal' })
    const before = noise(shape)
    const after = before.slice()
    for (const channel of [0, 1]) {
      // The last two of five frames change.
      after.set(noise([32], 'other'), channel * 80 + 48)
    }
    const a = await outputOf(layer, shape, before)
    const b = await outputOf(layer, shape, after)
    const frame = (data: Float32Array | undefined, channel: number, time: number) =>
      data?.slice((channel * 5 + time) * 16, (channel * 5 + time + 1) * 16)
    for (const channel of [0, 1, 2]) {
      for (const time of [0, 1, 2]) {
        expect(frame(a?.data, channel, time)).toEqual(frame(b?.data, channel, time))
      }
      expect(frame(a?.data, channel, 3)).not.toEqual(frame(b?.data, channel, 3))
    }
  })

  it('refuse an input of other channels or rank, with their place in the model', () => {
    const model = sequential({ stem: conv3d(3, 4, { kernelSize: 3 }) })
    expect(() => inferenceGraph(model, [1, 1, 8, 8, 8])).toThrow(
      /stem \(conv3d\)[\s\S]*\[batch, 3, depth, height, width\][\s\S]*\[1, 1, 8, 8, 8\]/,
    )
  })

  it('refuse groups that do not divide the channels', () => {
    expect(() => conv1d(3, 4, { kernelSize: 1, groups: 2 })).toThrow(/groups/)
  })
})

describe('gated convolution layers', () => {
  it('name their two branches as told', () => {
    expect(names(gatedConv2d(2, 4, { kernelSize: 3 }), [1, 2, 5, 5])).toEqual([
      'feature.weight 4×2×3×3',
      'feature.bias 4',
      'gate.weight 4×2×3×3',
      'gate.bias 4',
    ])
    const renamed = gatedConv1d(1, 1, {
      kernelSize: 1,
      bias: false,
      featureName: 'a',
      gateName: 'b',
    })
    expect(names(renamed, [1, 1, 1])).toEqual(['a.weight 1×1×1', 'b.weight 1×1×1'])
    expect(() => gatedConv1d(1, 1, { kernelSize: 1, gateName: 'feature' })).toThrow(/names/)
  })

  it('multiply the feature by the sigmoid of the gate', async () => {
    const one = (value: number) => ({
      dtype: 'float32' as const,
      shape: [1, 1, 1],
      data: Float32Array.of(value),
    })
    const session = compile(gatedConv1d(1, 1, { kernelSize: 1, bias: false }), {
      device: reference(),
      input: [1, 1, 2],
      weights: new Map([
        ['feature.weight', one(3)],
        ['gate.weight', one(2)],
      ]),
    })
    const { output } = await session.run({ input: Float32Array.of(1, -1) })
    expect(output?.data[0]).toBeCloseTo(3 / (1 + Math.exp(-2)), 6)
    expect(output?.data[1]).toBeCloseTo(-3 / (1 + Math.exp(2)), 6)
  })
})

describe('a ReLU after a convolution', () => {
  it.each([
    ['plain', conv2d(2, 3, { kernelSize: 3, padding: 1 })],
    ['gated', gatedConv2d(2, 3, { kernelSize: 3, padding: 1 })],
  ])('runs inside it (%s), with the same result', async (_, conv) => {
    const shape = [2, 2, 4, 4]
    const fused = sequential({ conv, relu: relu() })
    const apart = sequential({ conv, inner: sequential([relu()]) })
    expect(inferenceGraph(fused, shape).nodes).toHaveLength(1)
    expect(inferenceGraph(apart, shape).nodes).toHaveLength(2)
    const data = noise(shape)
    expect((await outputOf(fused, shape, data))?.data).toEqual(
      (await outputOf(apart, shape, data))?.data,
    )
  })
})
