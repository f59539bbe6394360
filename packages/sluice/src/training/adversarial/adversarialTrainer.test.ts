import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { verifyGraph } from '../../engine/graph/verifyGraph.ts'
import { planGraph } from '../../engine/planning/planGraph.ts'
import { compileGraph } from '../../engine/runtime/compile.ts'
import { wasm } from '../../entrypoints/wasm.ts'
import { tensor } from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import { Random } from '../../foundation/random.ts'
import { elementCount, type Shape } from '../../foundation/shape.ts'
import { activation, tanh } from '../../layers/activation.ts'
import { batchNorm } from '../../layers/batchNorm.ts'
import { conv2d } from '../../layers/conv.ts'
import { dropout } from '../../layers/dropout.ts'
import { gatedConv2d } from '../../layers/gated/gatedConv.ts'
import { sequential } from '../../layers/sequential.ts'
import { fit } from '../fit.ts'
import { meanAbsoluteError } from '../losses/elementLosses.ts'
import { adam } from '../optimizers/adam.ts'
import { sgd } from '../optimizers/sgd.ts'
import { MemoryStorage } from '../runStorage.ts'
import { trainingGraph } from '../trainingGraph.ts'
import { adversarialLoss } from './adversarialLoss.ts'
import { AdversarialTrainer, type AdversarialTrainerOptions } from './adversarialTrainer.ts'
import { targetsAndOutput } from './adversary.ts'
import { discriminatorGraph } from './discriminatorGraph.ts'

const generator = sequential({
  gated: gatedConv2d(2, 4, { kernelSize: 3, padding: 1 }),
  drop: dropout(0.2),
  out: conv2d(4, 2, { kernelSize: 3, padding: 1 }),
  act: tanh(),
})
const normalised = {
  kernelSize: 3,
  stride: 2,
  padding: 1,
  parametrisation: 'spectralNorm',
} as const
const discriminator = sequential({
  first: conv2d(2, 4, normalised),
  act: activation('leakyRelu02'),
  last: conv2d(4, 3, normalised),
})
const shape: Shape = [2, 2, 8, 8]

function batchOf(index: number) {
  const random = new Random(5, 'batches', index)
  const draw = () => Float32Array.from({ length: elementCount(shape) }, () => random.normal())
  return { inputs: draw(), targets: draw() }
}

function optionsFor(changes: Partial<AdversarialTrainerOptions> = {}): AdversarialTrainerOptions {
  return {
    device: reference(),
    input: shape,
    learningRate: 0.01,
    seed: 3,
    adversary: { discriminator, weight: 0.5 },
    ...changes,
  }
}

const content = meanAbsoluteError()
const adversary = {
  ...{ discriminator, weight: 0.5, exhibition: targetsAndOutput, optimizer: adam() },
  learningRate: 0.01,
}

describe('the graph of a generator’s step', () => {
  const loss = adversarialLoss({ content, adversary })
  const graph = trainingGraph(generator, {
    ...{ input: shape, loss, optimizer: adam(), freeze: loss.networks ?? [] },
  })

  it('is sound, updates the generator only, and makes no gradient of its judge’s weights', () => {
    verifyGraph(graph)
    const updated = graph.nodes
      .filter(({ op }) => op.mutates !== undefined)
      .map(({ inputs }) => inputs[0]?.name)
    expect(updated.length).toBeGreaterThan(0)
    expect(updated.filter((name) => name?.startsWith('discriminator.'))).toEqual([])
    const ops = graph.nodes
      .filter(({ path }) => path.startsWith('discriminator'))
      .map(({ op }) => op.name)
    expect(ops).toContain('convBackwardInput')
    expect(ops).not.toContain('convBackwardWeight')
    expect(ops).not.toContain('spectralNormBackward')
    expect(ops).not.toContain('powerIteration')
  })

  it('leaves the discriminator’s variables as they are', async () => {
    using session = compileGraph(graph, { device: reference(), seed: 1 })
    const names = [...graph.variables.keys()].filter((n) => n.startsWith('discriminator.'))
    const read = () => names.map((n) => session.variables.read(n).slice())
    const before = read()
    const { inputs: input, targets } = batchOf(0)
    await session.run({ input, targets, lossGradient: 1, learningRate: 0.1, step: 0 })
    expect(read()).toEqual(before)
    expect(names).toContain('discriminator.first.weight_u')
  })
})

describe('the graph of a discriminator’s step', () => {
  const graph = discriminatorGraph(discriminator, { input: shape, optimizer: adam() })

  it('is sound with two uses of one network, whose vectors are written once', () => {
    verifyGraph(graph)
    const names = graph.nodes.map(({ op }) => op.name)
    expect(names.filter((name) => name === 'powerIteration').length).toBe(4)
    const written = graph.nodes
      .filter(({ op }) => op.name === 'assign')
      .map(({ inputs }) => inputs[0]?.name)
    expect(written).toEqual([
      'discriminator.first.weight_u',
      'discriminator.first.weight_v',
      'discriminator.last.weight_u',
      'discriminator.last.weight_v',
    ])
  })

  it('has the slopes of its loss, once the power method has found its vectors', () => {
    // There the vectors do not change to first order, and the gradient that holds them constant is whole.
    const optimizer = sgd({ momentum: 0 })
    const step = discriminatorGraph(discriminator, { input: shape, optimizer })
    const device = reference()
    const variables = device.createVariables(step)
    const program = device.load(planGraph(step, device), variables)
    for (const [name, { value, initialise }] of step.variables) {
      const data = new Float32Array(elementCount(value.shape))
      initialise(data, value.shape, new Random(6, name))
      variables.write(name, data)
    }
    const write = (name: string, data: Float32Array) =>
      program.write(present(step.inputs.get(name), name), data)
    const { inputs: real, targets: made } = batchOf(1)
    const given = { real, made, lossGradient: Float32Array.of(1), learningRate: Float32Array.of(0) }
    for (const [name, data] of Object.entries(given)) write(name, data)
    const settled = () => {
      for (let i = 0; i < 80; i++) program.run()
      return present(program.read64(present(step.outputs.get('loss'), 'loss'))[0], 'loss')
    }
    for (const name of ['discriminator.first.weight_orig', 'discriminator.last.bias']) {
      settled()
      const before = [...step.variables.keys()].map((n) => [n, variables.read(n).slice()] as const)
      const at = present(new Map(before).get(name), name)
      write('learningRate', Float32Array.of(1))
      program.run()
      write('learningRate', Float32Array.of(0))
      const gradient = variables.read(name).map((after, i) => present(at[i], name) - after)
      for (const [other, values] of before) variables.write(other, values)
      const distance = 1e-3
      const along = (sign: number) => {
        const moved = at.map((value, i) => value + sign * distance * present(gradient[i], name))
        variables.write(name, moved)
        return settled()
      }
      const numeric = (along(1) - along(-1)) / (2 * distance)
      const analytic = gradient.reduce((sum, slope) => sum + slope * slope, 0)
      expect(Math.abs(numeric / analytic - 1), name).toBeLessThan(1e-3)
      variables.write(name, at)
    }
  })

  it('refuses a discriminator whose statistics two batches would fight over', () => {
    const judge = sequential({ conv: conv2d(2, 3, { kernelSize: 3 }), norm: batchNorm() })
    expect(() => discriminatorGraph(judge, { input: shape, optimizer: adam() })).toThrow(
      /discriminator\.norm[\s\S]*groupNorm/,
    )
  })
})

describe('training in turn', () => {
  it('says what the loss is made of', () => {
    using trainer = new AdversarialTrainer(generator, optionsFor())
    trainer.step(batchOf(0))
    const { content: l1 = 0, adversarial = 0, discriminator: hinge = 0 } = trainer.terms
    expect(trainer.loss).toBeCloseTo(l1 + 0.5 * adversarial, 6)
    expect(hinge).toBeGreaterThan(0)
  })

  it('trains both networks, the discriminator at its own rate', () => {
    const still = { discriminator, learningRate: 0 }
    using moving = new AdversarialTrainer(generator, optionsFor())
    using standing = new AdversarialTrainer(generator, optionsFor({ adversary: still }))
    const [first, second] = [moving, standing].map((trainer) => {
      const before = trainer.discriminatorWeights().get('first.weight_orig')?.data
      const own = trainer.weights().get('out.weight')?.data
      trainer.step(batchOf(0))
      expect(trainer.weights().get('out.weight')?.data).not.toEqual(own)
      return before === undefined
        ? undefined
        : String(trainer.discriminatorWeights().get('first.weight_orig')?.data) === String(before)
    })
    expect([first, second]).toEqual([false, true])
  })

  it('begins with the weights that it is given', () => {
    using one = new AdversarialTrainer(generator, optionsFor({ seed: 8 }))
    const weights = one.discriminatorWeights()
    const given = { discriminator, weights }
    using other = new AdversarialTrainer(generator, optionsFor({ adversary: given }))
    expect(other.discriminatorWeights()).toEqual(weights)
    const short = new Map([...weights].slice(1))
    expect(
      () =>
        new AdversarialTrainer(
          generator,
          optionsFor({ adversary: { discriminator, weights: short } }),
        ),
    ).toThrow(/discriminator\.first\.weight_orig/)
  })

  it.each([
    ['every batch', {}],
    ['averages and gradients of two batches', { ema: 0.9, accumulate: 2, clipNorm: 1 }],
  ] as const)('resumed after any step it goes on to the same bits: %s', async (_, changes) => {
    const device = await wasm({ threads: 1 })
    const run = async (storage: MemoryStorage, stop: number, resume: boolean) => {
      const abort = new AbortController()
      using trainer = new AdversarialTrainer(generator, optionsFor({ device, ...changes }))
      const { status, best, history } = await fit({
        trainer,
        // The first epoch is the best, so that what is known of it goes through checkpoints.
        judge: async () => ({ loss: 0.5, psnr: 30 - trainer.stepsDone }),
        epochs: 2,
        train: async function* (epoch, first) {
          for (let i = first; i < 4; i++) yield batchOf(4 * epoch + i)
        },
        onEvent: (event) => {
          if (event.type === 'step' && 4 * event.epoch + event.batch === stop) abort.abort()
        },
        ...{ storage, resume, signal: abort.signal },
      })
      const said = JSON.stringify({ best, history })
      return { status, said, state: trainer.state(), weights: trainer.weights() }
    }
    const whole = await run(new MemoryStorage(), -1, false)
    for (const stop of [1, 3, 4, 6]) {
      const storage = new MemoryStorage()
      expect((await run(storage, stop, false)).status).toBe('interrupted')
      const resumed = await run(storage, -1, true)
      expect(resumed.state).toEqual(whole.state)
      expect(resumed.weights).toEqual(whole.weights)
      expect(resumed.said).toBe(whole.said)
    }
    await device.dispose()
  })

  it('refuses a resumed run with another adversary', () => {
    const { configuration } = new AdversarialTrainer(generator, optionsFor())
    expect(configuration.loss).toMatchObject({
      type: 'adversarial',
      weight: 0.5,
      content: { type: 'meanAbsoluteError' },
      exhibition: { type: 'targetsAndOutput' },
    })
    expect(configuration.freeze).toEqual(['discriminator'])
  })

  it('refuses weights below zero and exhibits of two shapes', () => {
    const negative = { discriminator, weight: -1 }
    expect(() => new AdversarialTrainer(generator, optionsFor({ adversary: negative }))).toThrow(
      /weight of the adversary/,
    )
    const uneven = {
      describe: () => ({ type: 'uneven' }),
      build: (
        builder: Parameters<typeof targetsAndOutput.build>[0],
        output: Parameters<typeof targetsAndOutput.build>[1],
      ) => ({ real: builder.input('other', [1, 2, 3, 3]), made: output }),
    }
    const shown = { discriminator, exhibition: uneven }
    expect(() => new AdversarialTrainer(generator, optionsFor({ adversary: shown }))).toThrow(
      /two shapes/,
    )
  })
})

describe('a loss with constants', () => {
  it('writes them once and leaves them out of the state', () => {
    const path = 'judge'
    const loss = {
      ...content,
      networks: [path],
      constants: new Map([[`${path}.gain`, tensor([1], [4])]]),
      build: (...[builder, output]: Parameters<typeof content.build>) => {
        builder.variable(`${path}.gain`, [1], 'parameter', (data) => data.fill(0))
        return content.build(builder, output)
      },
    }
    using trainer = new AdversarialTrainer(generator, optionsFor({ loss }))
    trainer.step(batchOf(0))
    const names = [...trainer.state().variables.keys()]
    expect(names.some((name) => name.startsWith('discriminator.'))).toBe(true)
    expect(names.some((name) => name.startsWith(path))).toBe(false)
  })
})
