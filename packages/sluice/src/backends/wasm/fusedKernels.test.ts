/** Pairs of nodes as one kernel: the same bits as one after the other, and less memory. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../engine/device/device.ts'
import { planGraph } from '../../engine/planning/planGraph.ts'
import { linear } from '../../layers/linear.ts'
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
