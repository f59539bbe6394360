import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { wasm } from '../backends/wasm/wasmDevice.ts'
import type { Device } from '../engine/device/device.ts'
import { compile, readWeights } from '../engine/runtime/compile.ts'
import { type HostTensor, tensor } from '../foundation/hostTensor.ts'
import { relu } from '../layers/activation.ts'
import { conv2d, conv3d } from '../layers/conv.ts'
import { gatedConv1d, gatedConv3d } from '../layers/gated/gatedConv.ts'
import type { GatedConvolutionOptions } from '../layers/gated/gateOptions.ts'
import { residual } from '../layers/residual.ts'
import { sequential } from '../layers/sequential.ts'
import { type GateMap, gateMaps } from './gateMaps.ts'
import { gateStatistics } from './gateStatistics.ts'

/** Both devices, as what a network is looked into with must be the same on either. */
const devices = [
  { name: 'reference', make: async (): Promise<Device> => reference() },
  { name: 'wasm', make: () => wasm({ threads: 2 }) },
]

async function withDevice<T>(
  make: () => Promise<Device>,
  use: (device: Device) => Promise<T>,
): Promise<T> {
  const device = await make()
  try {
    return await use(device)
  } finally {
    await device.dispose()
  }
}

/** Tensors of which none is missing. */
function present(tensors: Map<string, HostTensor | undefined>): Map<string, HostTensor> {
  const there = [...tensors].flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return new Map(there)
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

describe.each(devices)('gate maps on the $name device', ({ make }) => {
  it('are the gates after their activation, in the order of the layers', async () => {
    // Both gates read the sum 2x + 1, the second after the first layer's relu(x · σ(2x + 1)).
    const layer = (gateActivation: 'sigmoid' | 'none') =>
      gatedConv3d(1, 1, { kernelSize: 1, gateActivation })
    const model = sequential({ a: layer('sigmoid'), act: relu(), b: residual(layer('none')) })
    const weights = new Map(
      ['a', 'b.body'].flatMap((name) => [
        [`${name}.feature.weight`, tensor([1, 1, 1, 1, 1], [1])] as const,
        [`${name}.feature.bias`, tensor([1], [0])] as const,
        [`${name}.gate.weight`, tensor([1, 1, 1, 1, 1], [2])] as const,
        [`${name}.gate.bias`, tensor([1], [1])] as const,
      ]),
    )
    const values = [0, 1, -1, 4]
    const input = tensor([1, 1, 2, 1, 2], values)
    const maps = await withDevice(make, (device) => gateMaps(model, { device, weights, input }))
    expect(maps.map(({ path, op, activation }) => [path, op, activation])).toEqual([
      ['a', 'gatedConv', 'sigmoid'],
      ['b.body', 'gatedConv', 'none'],
    ])
    const first = values.map((x) => sigmoid(2 * x + 1))
    const second = values.map((x, i) => 2 * Math.max(0, x * (first[i] ?? 0)) + 1)
    for (const [i, expected] of [first, second].entries()) {
      const { opening } = maps[i] as GateMap
      expect(opening.shape).toEqual([1, 1, 2, 1, 2])
      expected.forEach((value, at) => {
        expect(opening.data[at]).toBeCloseTo(value, 5)
      })
    }
  })

  it('keep channels and batch apart from features', async () => {
    const weights = new Map([
      ['feature.weight', tensor([2, 1, 1], [7, 7])],
      ['feature.bias', tensor([2], [7, 7])],
      ['gate.weight', tensor([2, 1, 1], [1, -1])],
      ['gate.bias', tensor([2], [0, 0])],
    ])
    const input = tensor([2, 1, 3], [0, 1, 2, 3, 4, 5])
    const maps = await withDevice(make, (device) =>
      gateMaps(gatedConv1d(1, 2, { kernelSize: 1 }), { device, weights, input }),
    )
    const expected = [0, 1, 2, -0, -1, -2, 3, 4, 5, -3, -4, -5].map(sigmoid)
    expected.forEach((value, at) => {
      expect(maps[0]?.opening.data[at]).toBeCloseTo(value, 5)
    })
  })
})

describe('gate maps', () => {
  it('of a network without gates are none', async () => {
    const weights = new Map([
      ['weight', tensor([1, 1, 1, 1])],
      ['bias', tensor([1])],
    ])
    const options = { device: reference(), weights, input: tensor([1, 1, 2, 2]) }
    expect(await gateMaps(conv2d(1, 1, { kernelSize: 1 }), options)).toEqual([])
  })
})

describe('gate maps of every kind of gate', () => {
  const cases: readonly (readonly [GatedConvolutionOptions['gateKind'], readonly number[]])[] = [
    ['full', [1, 4, 2, 6, 5]],
    ['pointwise', [1, 4, 2, 6, 5]],
    ['singleChannel', [1, 1, 2, 6, 5]],
    ['perGroup', [1, 2, 2, 6, 5]],
    ['depthSeparable', [1, 4, 2, 6, 5]],
    ['globalPool', [1, 4, 1, 1, 1]],
    ['external', [1, 2, 2, 6, 5]],
  ]
  it.each(cases)('%s: are what the layer multiplies its features by', async (gateKind, shape) => {
    const counted = gateKind === 'perGroup' || gateKind === 'external'
    const layer = gatedConv3d(3, 4, {
      ...{ kernelSize: 3, padding: 1, gateActivation: 'tanh' },
      ...(gateKind === undefined ? {} : { gateKind }),
      ...(counted ? { gateChannels: 2 } : {}),
    })
    const device = reference()
    const input = tensor([1, gateKind === 'external' ? 5 : 3, 2, 6, 5])
    input.data.forEach((_, i) => {
      input.data[i] = Math.sin(i)
    })
    using session = compile(layer, { device, input: input.shape, seed: 3 })
    const weights = readWeights(session)
    const [map] = await gateMaps(layer, { device, weights, input })
    expect(map?.opening.shape).toEqual(shape)
    expect(map?.activation).toBe('tanh')
    // Divided by its gate, the output is the feature: a plain convolution by the same weights.
    const { output } = await session.run({ input })
    const [groups = 1, ...space] = shape.slice(1)
    const plain = conv3d(3, 4, { kernelSize: 3, padding: 1 })
    const own = new Map(['weight', 'bias'].map((name) => [name, weights.get(`feature.${name}`)]))
    const seen = tensor([1, 3, 2, 6, 5], input.data.slice(0, 3 * 60))
    using features = compile(plain, { device, input: seen.shape, weights: present(own) })
    const { output: feature } = await features.run({ input: seen })
    const places = space.reduce((product, size) => product * size, 1)
    output?.data.forEach((value, i) => {
      const gate = Math.floor((Math.floor(i / 60) * groups) / 4)
      const at = gate * places + (places === 1 ? 0 : i % 60)
      const expected = (feature?.data[i] ?? 0) * (map?.opening.data[at] ?? 0)
      expect(value).toBeCloseTo(expected, 5)
    })
  })
})

describe('statistics of a gate', () => {
  const map = (activation: string, values: number[]): GateMap => ({
    ...{ path: 'a', op: 'gatedConv', activation },
    opening: tensor([1, 1, values.length], values),
  })
  it('count what is closed and what is open', () => {
    const { mean, closed, open, range, histogram } = gateStatistics(
      map('sigmoid', [0, 0.05, 0.5, 0.95, 1]),
      4,
    )
    expect(mean).toBeCloseTo(0.5, 6)
    expect([closed, open]).toEqual([0.4, 0.4])
    expect(range).toEqual([0, 1])
    expect(histogram).toEqual([0.4, 0, 0.2, 0.4])
  })
  it('of a gate without bounds span what occurred, even a single value', () => {
    expect(gateStatistics(map('none', [-2, 4]), 2)).toMatchObject({
      ...{ minimum: -2, maximum: 4, range: [-2, 4] },
      histogram: [0.5, 0.5],
    })
    expect(gateStatistics(map('none', [3, 3])).range).toEqual([2.5, 3.5])
  })
})
