import { describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { softmaxCrossEntropy } from '../../packages/sluice/src/engine/ops/softmaxCrossEntropy/softmaxCrossEntropy.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import type { Device } from '../../packages/sluice/src/entrypoints/index.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { spatioTemporalGatedConvNet } from '../../packages/sluice/src/models/spatioTemporalGatedConvNet.ts'
import { exactDevice, testedDevices } from './devices.ts'
import { formulaLabels, formulaValues } from './formula.ts'
import { distanceFromGolden, type GoldenNetwork, goldens } from './goldens.ts'

/** Forward and backward of the network with PyTorch's parameter names, all results by name. */
async function run(
  golden: GoldenNetwork,
  device: Device,
): Promise<ReadonlyMap<string, Float32Array>> {
  const [batch = 1] = golden.input.shape
  const builder = new GraphBuilder()
  const x = builder.input('x', golden.input.shape)
  const labels = builder.input('labels', [batch], { type: 'int32', kind: 'plain' })
  const seed = builder.input('seed', [], { kind: 'plain' })
  const logits = spatioTemporalGatedConvNet().build(new Scope(builder, 'training'), x)
  const smoothing = { labelSmoothing: 0 }
  const loss = builder.applyOne(softmaxCrossEntropy, [logits, labels], smoothing, 'loss')
  const wanted = [x, ...builder.parameters]
  backwardGraph(builder, new Map([[loss, seed]]), wanted).forEach((gradient, index) => {
    if (gradient !== undefined) builder.output(`d${wanted[index]?.name}`, gradient)
  })
  builder.output('logits', logits)
  builder.output('loss', loss)
  const session = compileGraph(builder.finish(), { device })
  expect(session.variables.names).toHaveLength(golden.parameters.length)
  for (const parameter of golden.parameters) {
    const values = formulaValues(elementCount(parameter.shape), parameter)
    session.variables.write(parameter.name, values)
  }
  const outputs = await session.run({
    x: formulaValues(elementCount(golden.input.shape), golden.input),
    labels: formulaLabels(batch, golden.labels.salt, golden.labels.classes),
    seed: 1,
  })
  session.dispose()
  session.variables.dispose()
  return new Map(Object.entries(outputs).map(([name, { data }]) => [name, data]))
}

/**
 * Of a million sums before a ReLU a few lie so near 0 that transformed sums may fall on the other side:
 * then one element passes its gradient that should not, or the reverse, and everything before it moves by a
 * part in a thousand. So only direct sums are held to PyTorch's gradients of the full network.
 */
const kinks = 5e-3

for (const { name, tolerance, make } of [...testedDevices, exactDevice]) {
  describe(`SpatioTemporalGatedConvNet on the ${name} device gives what PyTorch gives`, () => {
    for (const golden of goldens.networks) {
      // Seven thousand million multiply-adds in float64 loops would take the reference a minute.
      if (name === 'reference' && golden.name === 'full') continue
      it(`at [${golden.input.shape.join(', ')}]`, async () => {
        const device = await make()
        const results = await run(golden, device)
        await device.dispose()
        expect(distanceFromGolden(results.get('logits'), golden.logits)).toBeLessThan(tolerance)
        expect(Math.abs((results.get('loss')?.[0] ?? 0) / golden.loss - 1)).toBeLessThan(tolerance)
        // Gradients pass through every layer twice.
        const backward = golden.name === 'full' && name === 'wasm' ? kinks : 3 * tolerance
        expect(distanceFromGolden(results.get('dx'), golden.inputGradient)).toBeLessThan(backward)
        const off = golden.gradients
          .map((kept) => ({
            parameter: kept.parameter,
            distance: distanceFromGolden(results.get(`d${kept.parameter}`), kept),
          }))
          .filter(({ distance }) => !(distance <= backward))
        expect(off).toEqual([])
      })
    }
  })
}
