import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { wasm } from '../entrypoints/wasm.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { Random } from '../foundation/random.ts'
import { relu } from '../layers/activation.ts'
import { batchNorm } from '../layers/batchNorm.ts'
import { conv2d } from '../layers/conv.ts'
import { dropout } from '../layers/dropout.ts'
import { gatedConv2d } from '../layers/gated/gatedConv.ts'
import { globalAveragePool } from '../layers/globalPool.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import { relativeL2 } from '../testing/tolerance.ts'
import { blocksOf } from './freezing.ts'
import { balancedClassWeights, crossEntropy } from './losses/crossEntropy.ts'
import { hinge, meanAbsoluteError, meanSquaredError } from './losses/elementLosses.ts'
import type { Loss } from './losses/loss.ts'
import { adam } from './optimizers/adam.ts'
import { sgd } from './optimizers/sgd.ts'
import { Trainer } from './trainer.ts'
import type { TrainerOptions } from './trainerOptions.ts'
import { trainingGraph } from './trainingGraph.ts'

const device = reference()
const random = new Random(3)
const values = (count: number) => Float32Array.from({ length: count }, () => random.normal())

/** No layer here looks at a batch as a whole. */
const plain = sequential({
  conv: gatedConv2d(1, 3, { kernelSize: 3 }),
  act: relu(),
  pool: globalAveragePool(),
  head: linear(3),
})
const normed = sequential({
  conv: gatedConv2d(1, 3, { kernelSize: 3 }),
  norm: batchNorm(),
  drop: dropout(0.5),
  second: conv2d(3, 4, { kernelSize: 3 }),
  secondNorm: batchNorm(),
  pool: globalAveragePool(),
  head: linear(3),
})
const clip = 49
const inputs = values(8 * clip)
const labels = Int32Array.of(0, 1, 2, 0, 1, 1, 0, 2)

function make(model = plain, options: Partial<TrainerOptions> = {}): Trainer {
  return new Trainer(model, { device, input: [8, 1, 7, 7], learningRate: 0.1, ...options })
}

/** Largest relative distance of any tensor. */
function distance(a: NamedTensors, b: NamedTensors): number {
  return Math.max(
    ...[...a].map(([name, { data }]) =>
      relativeL2(data as Float32Array, b.get(name)?.data as Float32Array),
    ),
  )
}

describe('accumulated gradients', () => {
  const losses: readonly (readonly [string, Loss])[] = [
    ['cross entropy', crossEntropy({ labelSmoothing: 0.1 })],
    ['weighted cross entropy', crossEntropy({ classWeights: [1, 5, 0.2] })],
  ]
  for (const [name, loss] of losses) {
    it(`of four small batches give the step of the large one: ${name}`, () => {
      const options = { loss, optimizer: adam(), clipNorm: 0.5, seed: 2 }
      using large = make(plain, options)
      using small = make(plain, { ...options, input: [2, 1, 7, 7], accumulate: 4 })
      for (let step = 0; step < 3; step++) {
        large.step({ inputs, labels })
        for (let k = 0; k < 4; k++) {
          const part = inputs.subarray(2 * k * clip, 2 * (k + 1) * clip)
          small.step({ inputs: part, labels: labels.subarray(2 * k, 2 * (k + 1)) })
        }
      }
      expect([large.stepsDone, small.stepsDone, small.batchesDone]).toEqual([3, 3, 12])
      expect(distance(small.weights(), large.weights())).toBeLessThan(1e-6)
    })
  }

  it('change nothing before the last batch of a step, unless they are flushed', () => {
    using trainer = make(plain, { accumulate: 3 })
    const before = trainer.weights()
    trainer.step({ inputs, labels })
    trainer.step({ inputs, labels })
    expect(trainer.weights()).toEqual(before)
    trainer.flush()
    expect(trainer.stepsDone).toBe(1)
    expect(trainer.weights()).not.toEqual(before)
    using alone = make(plain)
    alone.step({ inputs, labels })
    // The mean of equal gradients is that gradient.
    expect(distance(trainer.weights(), alone.weights())).toBeLessThan(1e-6)
  })
})

describe('the moving average of weights', () => {
  it('is what predicts and what is saved, and follows its formula', () => {
    using averaged = make(normed, { ema: 0.7, optimizer: sgd() })
    using alone = make(normed, { optimizer: sgd() })
    let expected = Float64Array.from(alone.weights().get('head.weight')?.data ?? [])
    for (let step = 0; step < 6; step++) {
      averaged.step({ inputs, labels })
      alone.step({ inputs, labels })
      const keep = Math.min(0.7, (1 + step) / (10 + step))
      const now = alone.weights().get('head.weight')?.data ?? []
      expected = expected.map((value, i) => keep * value + (1 - keep) * (now[i] ?? 0))
    }
    const { data } = averaged.weights().get('head.weight') ?? { data: [] }
    expect(relativeL2(data, expected)).toBeLessThan(1e-6)
    using saved = make(normed, { weights: averaged.weights() })
    expect(relativeL2(saved.predict(inputs), averaged.predict(inputs))).toBeLessThan(1e-6)
    expect(averaged.predict(inputs)).not.toEqual(alone.predict(inputs))
    // Buffers are no parameters: they are those of training.
    expect(averaged.weights().get('norm.running_mean')).toEqual(
      alone.weights().get('norm.running_mean'),
    )
  })

  it('begins at the weights that training begins with', () => {
    using averaged = make(plain, { ema: 0.99 })
    using alone = make(plain)
    expect(averaged.weights()).toEqual(alone.weights())
  })
})

describe('freezing', () => {
  it('leaves the first blocks as they are, without a gradient, and their norms in inference', () => {
    expect(blocksOf(normed, [8, 1, 7, 7])).toEqual(['conv', 'norm', 'second', 'secondNorm', 'head'])
    using trainer = make(normed, { freeze: 2 })
    const before = trainer.weights()
    for (let step = 0; step < 3; step++) trainer.step({ inputs, labels })
    const changed = [...trainer.weights()]
      .filter(([name, tensor]) => distance(new Map([[name, tensor]]), before) > 0)
      .map(([name]) => name)
    expect(changed).toEqual([
      'second.weight',
      'second.bias',
      'secondNorm.weight',
      'secondNorm.bias',
      'secondNorm.running_mean',
      'secondNorm.running_var',
      'head.weight',
      'head.bias',
    ])
    const options = { input: [8, 1, 7, 7], optimizer: adam() }
    const ops = (freeze: readonly string[]) =>
      trainingGraph(normed, { ...options, freeze }).nodes.map(({ op }) => op.name)
    expect(ops([]).filter((op) => op === 'gateBackward')).toHaveLength(1)
    expect(ops(['conv', 'norm']).filter((op) => op === 'gateBackward')).toHaveLength(0)
    expect(ops(['conv', 'norm'])).toContain('batchNormInference')
    expect(ops(['conv', 'norm']).filter((op) => op === 'batchNorm')).toHaveLength(1)
  })

  it('refuses what is not there, and to freeze everything', () => {
    expect(() => make(plain, { freeze: ['cnov'] })).toThrow(/"cnov"[\s\S]*conv, head/)
    expect(() => make(plain, { freeze: 2 })).toThrow(/0 to 1[\s\S]*conv, head/)
    expect(() => make(plain, { freeze: ['conv', 'head'] })).toThrow(/no parameter left/)
  })
})

describe('fine-tuning', () => {
  it('takes all but the head of a model that knew other classes', () => {
    const five = sequential({
      conv: gatedConv2d(1, 3, { kernelSize: 3 }),
      act: relu(),
      pool: globalAveragePool(),
      head: linear(5),
    })
    using old = make(plain, { seed: 7 })
    expect(() => make(five, { weights: old.weights() })).toThrow(/head\.weight[\s\S]*\[5, 3\]/)
    using tuned = make(five, { weights: old.weights(), newHead: true })
    using fresh = make(five)
    expect(tuned.weights().get('conv.feature.weight')).toEqual(
      old.weights().get('conv.feature.weight'),
    )
    expect(tuned.weights().get('head.weight')).toEqual(fresh.weights().get('head.weight'))
  })
})

describe('losses against tensors', () => {
  const painter = sequential([
    conv2d(1, 2, { kernelSize: 3, padding: 1 }),
    conv2d(2, 1, { kernelSize: 1 }),
  ])
  const input = [4, 1, 7, 7]
  const pictures = values(4 * clip)

  it('train networks that give pictures, on both devices', async () => {
    const fast = await wasm({ threads: 1 })
    for (const chosen of [device, fast]) {
      using trainer = new Trainer(painter, {
        ...{ device: chosen, input, loss: meanSquaredError(), learningRate: 0.05 },
        optimizer: adam({ beta1: 0.5 }),
      })
      const targets = pictures.map((value) => 0.5 * value + 1)
      trainer.step({ inputs: pictures, targets })
      const first = trainer.loss
      for (let step = 0; step < 60; step++) trainer.step({ inputs: pictures, targets })
      expect(trainer.loss).toBeLessThan(first / 10)
      expect(trainer.classes).toBe(0)
    }
    await fast.dispose()
  })

  it('are measured on the valid clips of a batch alone', () => {
    using trainer = new Trainer(painter, { device, input, loss: meanAbsoluteError() })
    const targets = values(4 * clip)
    const predicted = trainer.predict(pictures)
    const mean = (count: number) => {
      let sum = 0
      for (let i = 0; i < count * clip; i++) {
        sum += Math.abs((predicted[i] as number) - (targets[i] as number))
      }
      return sum / (count * clip)
    }
    for (const valid of [1, 3, 4]) {
      const loss = trainer.evaluateLoss({ inputs: pictures, targets }, valid)
      expect(loss).toBeCloseTo(mean(valid), 5)
    }
  })

  it('may be your own: a mask that says where, and one target for all', () => {
    const { build, ...rest } = meanAbsoluteError()
    const half: Loss = {
      ...rest,
      describe: () => ({ type: 'half' }),
      build: (builder, output) => {
        const sum = build(builder, output)
        builder.input('unused', [1], { kind: 'plain' })
        return sum
      },
    }
    using trainer = new Trainer(painter, { device, input, loss: half })
    trainer.step({ inputs: pictures, targets: { targets: pictures, unused: Float32Array.of(1) } })
    expect(trainer.loss).toBeGreaterThan(0)
    using critic = new Trainer(painter, { device, input, loss: hinge({ target: 1 }) })
    critic.step({ inputs: pictures })
    expect(critic.loss).toBeGreaterThan(0)
    expect(critic.configuration.loss).toEqual({ type: 'hinge', target: 1 })
  })

  it('say what a batch lacks', () => {
    using labelled = make(plain)
    expect(() => labelled.step({ inputs })).toThrow(/no labels/)
    using aimed = new Trainer(painter, { device, input, loss: meanSquaredError() })
    expect(() => aimed.step({ inputs: pictures })).toThrow(/"targets" is missing/)
  })
})

describe('class weights', () => {
  it('that are balanced make every class count alike', () => {
    const counts = [8, 2, 0]
    const weights = balancedClassWeights(counts)
    expect(weights).toEqual([0.625, 2.5, 0])
    expect(() => crossEntropy({ classWeights: [1, -1] })).toThrow(/from 0 up/)
    expect(() => make(plain, { loss: crossEntropy({ classWeights: [1, 1] }) })).toThrow(/3 numbers/)
  })
})
