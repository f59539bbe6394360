import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { inferenceGraph } from '../../packages/sluice/src/engine/graph/inferenceGraph.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import { type Device, moduleFromDescription } from '../../packages/sluice/src/entrypoints/index.ts'
import { adamw, sgd, Trainer } from '../../packages/sluice/src/entrypoints/training.ts'
import type { Float32Tensor } from '../../packages/sluice/src/foundation/hostTensor.ts'
import { present } from '../../packages/sluice/src/foundation/invariant.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { testedDevices } from './devices.ts'
import { formulaLabels, formulaValues } from './formula.ts'
import { distanceFromNorm, type NormGolden, type NormRun, normGoldens } from './normGoldens.ts'

/** Relative error of any loss over twelve steps. PyTorch's own float32 stays within 1e-6. */
const lossTolerance = 1e-5

/** Distances from PyTorch of a layer's training pass, of its buffers and of its evaluation, by name. */
async function distances(golden: NormGolden, device: Device): Promise<Map<string, number>> {
  const layer = moduleFromDescription(golden.model)
  const { shape } = golden.input
  const builder = new GraphBuilder()
  const x = builder.input('x', shape)
  const y = layer.build(new Scope(builder, 'training'), x)
  const dy = builder.input('dy', y.shape)
  const wanted = [x, ...builder.parameters]
  builder.output('y', y)
  backwardGraph(builder, new Map([[y, dy]]), wanted).forEach((gradient, index) => {
    if (gradient !== undefined) builder.output(`d${wanted[index]?.name}`, gradient)
  })
  const session = compileGraph(builder.finish(), { device })
  expect([...session.variables.names].sort()).toEqual(
    golden.variables.map(({ name }) => name).sort(),
  )
  for (const variable of golden.variables) {
    const values = formulaValues(elementCount(variable.shape), variable)
    session.variables.write(variable.name, values)
  }
  const input = formulaValues(elementCount(shape), golden.input)
  const slope = formulaValues(elementCount(y.shape), { salt: golden.seed })
  const results = await session.run({ x: input, dy: slope })
  const found = new Map<string, number>()
  found.set('y', distanceFromNorm(results.y?.data, golden.output))
  found.set('dx', distanceFromNorm(results.dx?.data, golden.inputGradient))
  for (const kept of golden.gradients) {
    found.set(`d${kept.variable}`, distanceFromNorm(results[`d${kept.variable}`]?.data, kept))
  }
  for (const kept of golden.buffers) {
    found.set(kept.variable, distanceFromNorm(session.variables.read(kept.variable), kept))
  }
  const { variables } = session
  const evaluation = compileGraph(inferenceGraph(layer, shape), { device, variables })
  const { output } = await evaluation.run({ input })
  found.set('evaluation', distanceFromNorm(output?.data, golden.evaluation))
  evaluation.dispose()
  session.dispose()
  session.variables.dispose()
  return found
}

/** Trains as PyTorch did and says what came out otherwise. */
function differences(run: NormRun, device: Device): unknown[] {
  const { batch, batches, classes, shape, salt } = normGoldens.training
  const weights = new Map(
    run.variables.map((variable): [string, Float32Tensor] => {
      const data = formulaValues(elementCount(variable.shape), variable)
      return [variable.name, { dtype: 'float32', shape: variable.shape, data }]
    }),
  )
  using trainer = new Trainer(moduleFromDescription(run.model), {
    device,
    input: shape,
    optimizer: run.optimizer === 'sgd' ? sgd({ momentum: 0.9 }) : adamw({ weightDecay: 0 }),
    learningRate: run.rate,
    weights,
  })
  const inputs = (step: number) =>
    formulaValues(elementCount(shape), { salt: salt + 2 * (step % batches) })
  const off: unknown[] = []
  run.losses.forEach((expected, step) => {
    const labels = formulaLabels(batch, salt + 2 * (step % batches) + 1, classes)
    trainer.step({ inputs: inputs(step), labels })
    const actual = trainer.loss
    if (!(Math.abs(actual / expected - 1) <= lossTolerance)) off.push({ step, actual, expected })
  })
  const logits = distanceFromNorm(trainer.predict(inputs(0)), run.logits)
  if (!(logits <= 10 * lossTolerance)) off.push({ logits })
  const state = trainer.weights()
  for (const kept of run.state) {
    const distance = distanceFromNorm(state.get(kept.variable)?.data, kept)
    if (!(distance <= 10 * lossTolerance)) off.push({ variable: kept.variable, distance })
  }
  expect([...state.keys()].sort()).toEqual(run.state.map(({ variable }) => variable).sort())
  return off
}

for (const { name, tolerance, make } of testedDevices) {
  describe(`normalisation on the ${name} device gives what PyTorch gives`, () => {
    let device: Device

    beforeAll(async () => {
      device = await make()
    })

    afterAll(() => device.dispose())

    for (const golden of normGoldens.layers) {
      it(`${golden.name}: forward, backward, buffers and evaluation`, async () => {
        const found = await distances(golden, device)
        expect(found.size).toBe(3 + golden.variables.length)
        expect([...found].filter(([, far]) => !(far <= tolerance))).toEqual([])
      })
    }

    for (const run of normGoldens.training.runs) {
      it(`twelve steps of training with ${run.name}`, () => {
        expect(run.losses.length).toBe(12)
        expect(differences(run, device)).toEqual([])
      })
    }
  })
}

describe('a network with parametrised weights in inference', () => {
  it('normalises them once for all runs', async () => {
    const run = present(
      normGoldens.training.runs.find(({ name }) => name === 'spectral norm'),
      'run',
    )
    const device = present(testedDevices.at(-1), 'device')
    const made = await device.make()
    const graph = inferenceGraph(moduleFromDescription(run.model), normGoldens.training.shape)
    const session = compileGraph(graph, { device: made })
    const once = session.plan.steps.filter(({ runsOnce }) => runsOnce)
    expect(once.map(({ node }) => node.op.name)).toEqual(Array(4).fill('spectralNorm'))
    session.dispose()
    await made.dispose()
  })
})
