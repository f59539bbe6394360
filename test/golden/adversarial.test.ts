import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { scale } from '../../packages/sluice/src/engine/ops/scale/scale.ts'
import { mean } from '../../packages/sluice/src/engine/ops/sum/sum.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import {
  conv2d,
  type Device,
  gatedConv2d,
  moduleFromDescription,
  sequential,
  snPatchDiscriminator,
  tanh,
} from '../../packages/sluice/src/entrypoints/index.ts'
import {
  completedPictures,
  reconstructionLoss,
} from '../../packages/sluice/src/entrypoints/inpainting.ts'
import { AdversarialTrainer, adam } from '../../packages/sluice/src/entrypoints/training.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { discriminatorGraph } from '../../packages/sluice/src/training/adversarial/discriminatorGraph.ts'
import { adversarialGoldens, distanceFromAdversarial, givenWeights } from './adversarialGoldens.ts'
import { testedDevices } from './devices.ts'
import { formulaValues } from './formula.ts'

const { judging, alternating } = adversarialGoldens
const discriminator = moduleFromDescription(judging.model)
const shown = {
  real: formulaValues(elementCount(judging.shape), { salt: judging.real }),
  made: formulaValues(elementCount(judging.shape), { salt: judging.made }),
}

/** Both batches judged in one training graph, with the gradients of the discriminator's loss. */
async function judgeBoth(device: Device) {
  const builder = new GraphBuilder()
  const scope = new Scope(builder, 'training')
  for (const name of ['real', 'made']) {
    builder.output(name, discriminator.build(scope, builder.input(name, judging.shape)))
  }
  const weights = givenWeights(judging.variables)
  using session = compileGraph(builder.finish(), { device, weights })
  const { real, made } = await session.run(shown)
  const after = judging.variables.map(({ name }) => [name, session.variables.read(name)] as const)
  return { real, made, after: new Map(after) }
}

for (const { name, tolerance, make } of testedDevices) {
  describe(`a discriminator on the ${name} device`, () => {
    let device: Device

    beforeAll(async () => {
      device = await make()
    })

    afterAll(() => device.dispose())

    it('judges two batches in one step as PyTorch does in two forward passes', async () => {
      const { real, made } = await judgeBoth(device)
      expect(distanceFromAdversarial(real?.data, judging.judgedReal)).toBeLessThan(tolerance)
      expect(distanceFromAdversarial(made?.data, judging.judgedMade)).toBeLessThan(tolerance)
    })

    it('has PyTorch’s hinge loss, gradients and vectors of the power method', async () => {
      const options = { input: judging.shape, optimizer: adam() }
      const graph = discriminatorGraph(discriminator, options)
      const given = givenWeights(judging.variables)
      const weights = new Map([...given].map(([key, value]) => [`discriminator.${key}`, value]))
      using session = compileGraph(graph, { device, weights })
      // The first moment after one step from zero is a tenth of the gradient.
      session.step({ ...shown, lossGradient: 1, learningRate: 0, step: 0 })
      for (const part of ['real', 'made', 'loss'] as const) {
        expect(session.read(part).data[0], part).toBeCloseTo(judging.losses[part], 5)
      }
      const found = [
        ...judging.gradients.map((kept) => {
          const moment = session.variables.read(
            `optimizer:firstMoment:discriminator.${kept.variable}`,
          )
          const gradient = moment.map((value) => value / (1 - 0.9))
          return [kept.variable, distanceFromAdversarial(gradient, kept)] as const
        }),
        ...judging.buffers.map((kept) => {
          const value = session.variables.read(`discriminator.${kept.variable}`)
          return [kept.variable, distanceFromAdversarial(value, kept)] as const
        }),
      ]
      expect(found.filter(([, distance]) => !(distance <= 10 * tolerance))).toEqual([])
    })

    it('hands the generator the gradient that PyTorch hands it, and stands still', async () => {
      const { after } = await judgeBoth(device)
      const builder = new GraphBuilder()
      const made = builder.input('made', judging.shape)
      const judged = discriminator.build(new Scope(builder, 'inference'), made)
      const attributes = { axes: [0, 1, 2, 3], keepDims: false }
      const average = builder.applyOne(mean, [judged], attributes)
      const loss = builder.applyOne(scale, [average], { factor: -1, offset: 0 })
      builder.output('loss', loss)
      const one = builder.input('one', [], { kind: 'plain' })
      const [gradient] = backwardGraph(builder, new Map([[loss, one]]), [made])
      if (gradient !== undefined) builder.output('gradient', gradient)
      using session = compileGraph(builder.finish(), { device })
      for (const [variable, values] of after) session.variables.write(variable, values)
      const results = await session.run({ made: shown.made, one: 1 })
      expect(results.loss?.data[0]).toBeCloseTo(judging.generatorLoss, 5)
      const distance = distanceFromAdversarial(results.gradient?.data, judging.generatorGradient)
      expect(distance).toBeLessThan(10 * tolerance)
      expect(session.variables.read('conv1.weight_u')).toEqual(after.get('conv1.weight_u'))
    })

    it('and its generator follow PyTorch’s steps in turn', () => {
      const { batch, size, hole, valid, weight, rates } = alternating
      const options = { kernelSize: 3, padding: 1 }
      const gated = { ...options, featureActivation: 'elu' } as const
      const generator = sequential({
        first: gatedConv2d(4, 8, gated),
        second: gatedConv2d(8, 8, gated),
        rgb: conv2d(8, 3, options),
        act: tanh(),
      })
      using trainer = new AdversarialTrainer(generator, {
        device,
        input: [batch, 4, size, size],
        loss: reconstructionLoss({ hole, valid }),
        optimizer: adam({ beta1: 0.5 }),
        learningRate: rates.generator,
        weights: givenWeights(alternating.variables.generator),
        adversary: {
          discriminator: snPatchDiscriminator({ width: alternating.width }),
          weight,
          exhibition: completedPictures,
          learningRate: rates.discriminator,
          weights: givenWeights(alternating.variables.discriminator),
        },
      })
      const off: unknown[] = []
      for (const [step, expected] of alternating.losses.entries()) {
        trainer.step(pictures(step))
        const found = { loss: trainer.loss, ...trainer.terms }
        for (const [term, value] of Object.entries(found)) {
          const difference = Math.abs(value - (expected[term] ?? Number.NaN))
          if (!(difference <= 5e-5)) off.push({ step, term, value, expected: expected[term] })
        }
      }
      expect(off).toEqual([])
      const final = { generator: trainer.weights(), discriminator: trainer.discriminatorWeights() }
      const apart = (['generator', 'discriminator'] as const).flatMap((network) =>
        alternating.state[network].map((kept) => {
          const value = final[network].get(kept.variable)?.data
          const floats = Float32Array.from(value ?? [], Number)
          return [`${network} ${kept.variable}`, distanceFromAdversarial(floats, kept)] as const
        }),
      )
      expect(apart.filter(([, distance]) => !(distance <= 5e-4))).toEqual([])
    })
  })
}

/** The batch of a step: pictures, and masks cut out of noise. */
function pictures(step: number) {
  const { batch, size, batches, salt, targetScale, maskAbove } = alternating
  const area = size * size
  const own = salt + 2 * (step % batches)
  const targets = formulaValues(batch * 3 * area, { salt: own, scale: targetScale })
  const noise = formulaValues(batch * area, { salt: own + 1 })
  const inputs = new Float32Array(batch * 4 * area)
  for (let item = 0; item < batch; item++) {
    inputs.set(targets.subarray(item * 3 * area, (item + 1) * 3 * area), item * 4 * area)
    const mask = noise.subarray(item * area, (item + 1) * area)
    inputs.set(
      mask.map((value) => (value > maskAbove ? 1 : 0)),
      (item * 4 + 3) * area,
    )
  }
  return { inputs, targets }
}
