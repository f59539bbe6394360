import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import type { Node } from '../engine/graph/graph.ts'
import { verifyGraph } from '../engine/graph/verifyGraph.ts'
import { Random } from '../foundation/random.ts'
import { batchNorm } from '../layers/batchNorm.ts'
import { dropout } from '../layers/dropout.ts'
import { gatedConv2d } from '../layers/gated/gatedConv.ts'
import { globalAveragePool } from '../layers/globalPool.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import { adamw } from './optimizers/adam.ts'
import { sgd } from './optimizers/sgd.ts'
import { constant } from './schedules/constant.ts'
import { warmup } from './schedules/warmup.ts'
import { Trainer } from './trainer.ts'
import type { TrainerOptions } from './trainerOptions.ts'
import { trainingGraph } from './trainingGraph.ts'

const model = sequential({
  conv: gatedConv2d(1, 3, { kernelSize: 3 }),
  norm: batchNorm(),
  pool: globalAveragePool(),
  drop: dropout(0.2),
  head: linear(2),
})
const input = [4, 1, 5, 5]
const random = new Random(1)
const batch = {
  inputs: Float32Array.from({ length: 100 }, () => random.normal()),
  labels: Int32Array.of(0, 1, 1, 0),
}

function trainer(options: Partial<TrainerOptions> = {}) {
  return new Trainer(model, { device: reference(), input, ...options })
}

describe('a training graph', () => {
  const updates = (nodes: readonly Node[]) =>
    nodes.filter((node) => node.op.name.endsWith('Update'))

  it('is sound, and updates every parameter once', () => {
    for (const optimizer of [adamw(), sgd()]) {
      const graph = trainingGraph(model, { input, optimizer, clipNorm: 1 })
      expect(() => verifyGraph(graph)).not.toThrow()
      expect(updates(graph.nodes).map((node) => node.inputs[0]?.name)).toEqual([
        'conv.feature.weight',
        'conv.feature.bias',
        'conv.gate.weight',
        'conv.gate.bias',
        'norm.weight',
        'norm.bias',
        'head.weight',
        'head.bias',
      ])
    }
  })

  it('refuses an optimizer that it does not know', () => {
    const optimizer = JSON.parse('{"type":"lion"}')
    expect(() => trainingGraph(model, { input, optimizer })).toThrow(
      /sgd, adam, adamw[\s\S]*"lion"/,
    )
  })

  it('leaves biases and norms out of weight decay', () => {
    const graph = trainingGraph(model, { input, optimizer: adamw({ weightDecay: 0.1 }) })
    const decayed = updates(graph.nodes)
      .filter((node) => node.attributes.weightDecay === 0.1)
      .map((node) => node.inputs[0]?.name)
    expect(decayed).toEqual(['conv.feature.weight', 'conv.gate.weight', 'head.weight'])
  })

  it('refuses a model that does not end in one logit per class', () => {
    const options = { input, optimizer: sgd() }
    expect(() => trainingGraph(gatedConv2d(1, 2, { kernelSize: 1 }), options)).toThrow(/linear/)
    expect(() => trainingGraph(model, { ...options, classes: 5 })).toThrow(/\[4, 5\]/)
  })
})

describe('a trainer', () => {
  it.each([
    ['AdamW', { optimizer: adamw(), learningRate: 0.02 }],
    ['SGD', { optimizer: sgd({ nesterov: true }), learningRate: 0.1, clipNorm: 1 }],
  ])('brings the loss down with %s', (_, options) => {
    using run = trainer(options)
    run.step(batch)
    const first = run.loss
    for (let i = 0; i < 60; i++) run.step(batch)
    expect(run.loss).toBeLessThan(first / 2)
    expect(run.stepsDone).toBe(61)
  })

  it('begins with a loss near the logarithm of the number of classes', () => {
    using run = trainer()
    run.step(batch)
    expect(run.loss).toBeGreaterThan(0.3)
    expect(run.loss).toBeLessThan(1.5)
  })

  it('takes each step at the rate of its schedule', () => {
    // The rate of the first step is a thousandth: nearly nothing moves.
    using slow = trainer({ learningRate: warmup(1000, constant(1)), optimizer: sgd() })
    using fast = trainer({ learningRate: 1, optimizer: sgd() })
    const before = slow.weights().get('head.weight')?.data ?? []
    const moved = (run: Trainer) => {
      run.step(batch)
      const after = run.weights().get('head.weight')?.data ?? []
      return Math.abs((after[0] ?? 0) - (before[0] ?? 0))
    }
    expect(moved(fast) / moved(slow)).toBeCloseTo(1000, -1)
  })

  it('predicts in inference mode with the weights as they are, whatever it did before', () => {
    using run = trainer({ learningRate: 0.05 })
    const before = run.predict(batch.inputs)
    expect(run.predict(batch.inputs)).toEqual(before)
    run.step(batch)
    expect(run.predict(batch.inputs)).not.toEqual(before)
  })

  it('gives the model’s weights without the optimizer’s state', () => {
    using run = trainer()
    expect([...run.weights().keys()]).toContain('norm.running_var')
    expect([...run.weights().keys()].filter((name) => name.includes(':'))).toEqual([])
    expect([...run.state().variables.keys()]).toContain('optimizer:firstMoment:head.weight')
  })

  it('starts from given weights', () => {
    using first = trainer({ seed: 1 })
    using second = trainer({ seed: 2, weights: first.weights() })
    expect(second.weights()).toEqual(first.weights())
    expect(() => trainer({ weights: new Map() })).toThrow(/conv\.feature\.weight/)
  })

  it('has other weights with another seed, and the same with the same', () => {
    using a = trainer({ seed: 1 })
    using b = trainer({ seed: 1 })
    using c = trainer({ seed: 2 })
    expect(a.weights()).toEqual(b.weights())
    expect(a.weights()).not.toEqual(c.weights())
  })

  it('refuses a label that is no class', () => {
    using run = trainer()
    for (const label of [-1, 2]) {
      expect(() => run.step({ ...batch, labels: Int32Array.of(0, 0, label, 0) })).toThrow(
        `label ${label}`,
      )
    }
  })

  it('names the step at which the loss stops being a number, and gives no broken state away', () => {
    using run = trainer()
    run.step(batch)
    run.step({ ...batch, inputs: new Float32Array(100).fill(Number.NaN) })
    expect(() => run.loss).toThrow(/NaN at step 2[\s\S]*lower learning rate/)
    expect(() => run.state()).toThrow(/after step 2/)
  })
})
