/** Pairs of nodes as one kernel: what they give one after the other, with less memory moved. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../engine/device/device.ts'
import { inferenceGraph } from '../../engine/graph/inferenceGraph.ts'
import type { Module } from '../../engine/graph/module.ts'
import { planGraph } from '../../engine/planning/planGraph.ts'
import { compile, readWeights, writeWeights } from '../../engine/runtime/compile.ts'
import { present } from '../../foundation/invariant.ts'
import { elementCount, type Shape } from '../../foundation/shape.ts'
import { conv2d } from '../../layers/conv.ts'
import { flatten } from '../../layers/flatten.ts'
import { gatedConv2d, gatedConv3d } from '../../layers/gated/gatedConv.ts'
import type { GatedConvolutionOptions } from '../../layers/gated/gateOptions.ts'
import { linear } from '../../layers/linear.ts'
import { upsample } from '../../layers/resize.ts'
import { sequential } from '../../layers/sequential.ts'
import { relativeL2 } from '../../testing/tolerance.ts'
import { adam, adamw } from '../../training/optimizers/adam.ts'
import type { Optimizer } from '../../training/optimizers/optimizer.ts'
import { sgd } from '../../training/optimizers/sgd.ts'
import { Trainer } from '../../training/trainer.ts'
import type { TrainerOptions } from '../../training/trainerOptions.ts'
import { trainingGraph } from '../../training/trainingGraph.ts'
import { joined } from './joinedThreads.test.support.ts'
import { wasm } from './wasmDevice.ts'

let alone: Device
let several: Device
/** Computes every node by itself. */
let apart: Device

beforeAll(async () => {
  alone = await wasm({ threads: 1 })
  several = await joined(await wasm({ threads: 3 }), 3)
  apart = Object.assign(await wasm({ threads: 1 }), { fuses: () => false })
}, 60_000)
afterAll(async () => {
  for (const device of [alone, several, apart]) await device.dispose()
})

const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['sgd', sgd({ momentum: 0, weightDecay: 0 })],
  ['sgd with momentum', sgd({ momentum: 0.9, weightDecay: 0.01 })],
  ['sgd with Nesterov', sgd({ momentum: 0.9, nesterov: true })],
  ['adam', adam({ weightDecay: 0.01 })],
  ['adamw', adamw({ weightDecay: 0.01 })],
]
/** Batch, features, outputs: less than a vector of eight left over, several chunks, rows left over. */
const shapes: readonly (readonly [number, number, number])[] = [
  [1, 68, 30],
  [2, 5004, 63],
  [3, 1024, 64],
]

function numbers(count: number, step: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.7 + step))
}

function trained(
  device: Device,
  [batch, features, outputs]: readonly [number, number, number],
  options: Partial<TrainerOptions>,
) {
  using trainer = new Trainer(linear(outputs), {
    ...{ device, input: [batch, features], seed: 3 },
    ...options,
  })
  for (let step = 0; step < 3; step++) {
    const labels = Int32Array.from({ length: batch }, (_, i) => (i + step) % outputs)
    trainer.step({ inputs: numbers(batch * features, step), labels })
  }
  return [...trainer.weights()].map(([name, { data }]) => [name, data])
}

function stepsOf(device: Device, input: readonly number[], outputs: number, clipNorm = 0) {
  const optimizer = sgd()
  const plan = planGraph(trainingGraph(linear(outputs), { input, optimizer, clipNorm }), device)
  return { ...plan, names: plan.steps.map(({ node }) => node.op.name) }
}

describe("a linear layer's gradient and its update", () => {
  for (const [name, optimizer] of optimizers) {
    it.each(shapes)(`by ${name}, of %i × %i to %i: the same bits together`, (...shape) => {
      const expected = trained(apart, shape, { optimizer })
      expect(trained(alone, shape, { optimizer })).toEqual(expected)
      expect(trained(several, shape, { optimizer })).toEqual(expected)
    })
  }

  it('are one step, whose gradient takes no memory', () => {
    const together = stepsOf(alone, [2, 4096], 128)
    const one = stepsOf(apart, [2, 4096], 128)
    expect(together.names).toContain('linearBackwardWeight+sgdUpdate')
    expect(one.names).toContain('linearBackwardWeight')
    expect(one.arenaBytes - together.arenaBytes).toBeGreaterThan(4096 * 128 * 3)
  })

  it.each([
    ['the gradient is clipped', [2, 4096], 128, 1],
    ['rows are no whole vectors', [2, 4095], 128, 0],
    ['the batch is as long as the layer', [64, 4096], 128, 0],
  ] as const)('stay apart where %s', (_, input, outputs, clipNorm) => {
    expect(stepsOf(alone, input, outputs, clipNorm).names).toContain('linearBackwardWeight')
  })
})

describe('a flatten and the linear layer behind it', () => {
  const flattened = (outputs: number) => sequential([flatten(), linear(outputs)])
  const opsOf = (input: Shape, device = alone) =>
    planGraph(inferenceGraph(flattened(3), input), device).steps.map(({ node }) => node.op.name)

  it.each([
    [[1, 3, 5], 1],
    [[2, 5, 3, 7], 6],
    [[3, 8, 2, 4, 20], 10],
    [[1, 64, 4, 16, 16], 5],
  ] as const)(
    'of %j, with %i outputs: what they give apart, for any number of threads',
    async (input, outputs) => {
      const x = { input: numbers(elementCount(input), 1) }
      using one = compile(flattened(outputs), { device: alone, input, seed: 4 })
      using more = compile(flattened(outputs), { device: several, input, seed: 4 })
      using two = compile(flattened(outputs), { device: apart, input, seed: 4 })
      const { output: together } = await one.run(x)
      expect(await more.run(x)).toEqual({ output: together })
      const expected = present((await two.run(x)).output, 'output').data
      const given = present(together, 'output').data
      const largest = Math.max(...expected.map(Math.abs))
      given.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-5 * largest)
      })
    },
  )

  it('notice new weights', async () => {
    const input = [2, 6, 3, 5] as const
    const x = { input: numbers(180, 2) }
    using first = compile(flattened(4), { device: alone, input, seed: 1 })
    using second = compile(flattened(4), { device: alone, input, seed: 2 })
    const before = await first.run(x)
    expect(before).not.toEqual(await second.run(x))
    writeWeights(second, readWeights(first))
    expect(await second.run(x)).toEqual(before)
  })

  it('are one step where weights stay as they are and the input lies channels last', () => {
    expect(opsOf([2, 6, 3, 5])).toEqual(['reshape+linear'])
    expect(opsOf([2, 6, 1, 1])).toEqual(['reshape', 'linear'])
    const graph = trainingGraph(flattened(3), { input: [2, 6, 3, 5], optimizer: sgd() })
    expect(planGraph(graph, alone).steps.map(({ node }) => node.op.name)).toContain('reshape')
  })
})

describe('an enlargement by 2 and the convolution behind it', () => {
  const enlarged = (options: Partial<GatedConvolutionOptions> = {}) =>
    sequential([upsample(2), gatedConv2d(24, 20, { kernelSize: 3, padding: 1, ...options })])
  const opsOf = (model: Module, input: Shape, device = alone) =>
    planGraph(inferenceGraph(model, input), device).steps.map(({ node }) => node.op.name)

  it.each([
    ['gated', enlarged(), [1, 24, 21, 33]],
    ['gated, wide', enlarged(), [2, 24, 9, 40]],
    [
      'plain, without a bias, two groups',
      sequential([
        upsample(2),
        conv2d(24, 32, { kernelSize: 3, padding: 1, groups: 2, bias: false }),
      ]),
      [1, 24, 20, 19],
    ],
    [
      "by TensorFlow's rule, which doubles as well",
      sequential([
        upsample(2, { alignCorners: true }),
        gatedConv2d(24, 20, { kernelSize: 3, padding: 1 }),
      ]),
      [1, 24, 21, 33],
    ],
    [
      'of every frame, every second frame read, one more on either side',
      sequential([
        upsample([1, 2, 2]),
        gatedConv3d(24, 20, { kernelSize: [1, 3, 3], stride: [2, 1, 1], padding: 1 }),
      ]),
      [1, 24, 3, 21, 33],
    ],
  ] as const)('%s: what they give apart, for any number of threads', async (_, model, input) => {
    expect(opsOf(model, input)).toHaveLength(1)
    const x = { input: numbers(elementCount(input), 1) }
    using one = compile(model, { device: alone, input, seed: 4 })
    using more = compile(model, { device: several, input, seed: 4 })
    using two = compile(model, { device: apart, input, seed: 4 })
    const { output: together } = await one.run(x)
    expect(await more.run(x)).toEqual({ output: together })
    const expected = present((await two.run(x)).output, 'output').data
    expect(relativeL2(present(together, 'output').data, expected)).toBeLessThan(3e-6)
  })

  it.each([
    ['the kernel is dilated', enlarged({ dilation: 2, padding: 2 })],
    ['a stride takes back what was enlarged', enlarged({ stride: 2 })],
    ['the border is padded otherwise', enlarged({ padding: 0 })],
    [
      'it is enlarged by 3',
      sequential([upsample(3), gatedConv2d(24, 20, { kernelSize: 3, padding: 1 })]),
    ],
    [
      'only rows are doubled',
      sequential([upsample([2, 1]), gatedConv2d(24, 20, { kernelSize: 3, padding: 1 })]),
    ],
    [
      'channels are convolved one by one',
      sequential([upsample(2), conv2d(24, 24, { kernelSize: 3, padding: 1, groups: 24 })]),
    ],
  ] as const)('stay apart where %s', (_, model) => {
    expect(opsOf(model, [1, 24, 20, 20])).toHaveLength(2)
  })

  it('stay apart where sums shall be exact', async () => {
    const exact = await wasm({ threads: 1, precision: 'exact' })
    expect(opsOf(enlarged(), [1, 24, 20, 20], exact)).toHaveLength(2)
    await exact.dispose()
  })
})
