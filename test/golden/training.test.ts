import { describe, expect, it } from 'vitest'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { testedDevices } from './devices.ts'
import { formulaLabels, formulaValues } from './formula.ts'
import { distanceFromGolden, goldens } from './goldens.ts'
import { smallClassifierStep } from './smallClassifier.ts'

const { training } = goldens
/** Relative error of any loss over twenty steps. PyTorch's own float32 stays within 1e-5. */
const lossTolerance = 1e-4

describe('the golden curves', () => {
  it('are ones that float32 can follow', () => {
    for (const { losses, losses32 } of training.runs) {
      losses.forEach((loss, step) => {
        expect(Math.abs((losses32[step] ?? 0) / loss - 1)).toBeLessThan(1e-5)
      })
    }
  })

  it('use the clipping of gradients in some steps and not in others', () => {
    const norms = training.runs.flatMap((run) => run.norms)
    expect(norms.some((norm) => norm > training.maxNorm)).toBe(true)
    expect(norms.some((norm) => norm < training.maxNorm)).toBe(true)
  })
})

for (const { name, make } of testedDevices) {
  describe(`twenty training steps on the ${name} device follow PyTorch's`, () => {
    for (const run of training.runs) {
      it(run.kind, async () => {
        const device = await make()
        const session = compileGraph(smallClassifierStep(training, run), { device })
        for (const parameter of training.parameters) {
          const values = formulaValues(elementCount(parameter.shape), parameter)
          session.variables.write(parameter.name, values)
        }
        const off: unknown[] = []
        for (const [step, expected] of run.losses.entries()) {
          const salt = training.salt + 2 * (step % training.batches)
          const { loss, norm } = await session.run({
            x: formulaValues(elementCount(training.shape), { salt }),
            labels: formulaLabels(training.batch, salt + 1, training.classes),
            seed: 1,
            rate: Number(run.options.rate),
            ...(run.kind !== 'sgd' ? { step } : {}),
          })
          const actual = loss?.data[0] ?? Number.NaN
          if (!(Math.abs(actual / expected - 1) <= lossTolerance))
            off.push({ step, actual, expected })
          const length = norm?.data[0] ?? Number.NaN
          const wanted = run.norms[step] ?? 0
          if (!(Math.abs(length / wanted - 1) <= 10 * lossTolerance))
            off.push({ step, length, wanted })
        }
        expect(off).toEqual([])
        const kept = { runningMean: run.runningMean, runningVariance: run.runningVariance }
        for (const [variable, golden] of Object.entries(kept)) {
          const values = session.variables.read(variable)
          expect(distanceFromGolden(values, golden), variable).toBeLessThan(lossTolerance)
        }
        const head = session.variables.read('head.weight')
        expect(distanceFromGolden(head, run.head)).toBeLessThan(10 * lossTolerance)
        session.dispose()
        session.variables.dispose()
        await device.dispose()
      })
    }
  })
}
