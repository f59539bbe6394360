import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import { type Device, moduleFromDescription } from '../../packages/sluice/src/entrypoints/index.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { testedDevices } from './devices.ts'
import { formulaValues } from './formula.ts'
import { distanceFromGolden, type GoldenLayer, goldens } from './goldens.ts'

/** Distances from PyTorch of a described layer's output and gradients, by name. */
async function distances(golden: GoldenLayer, device: Device): Promise<Map<string, number>> {
  const layer = moduleFromDescription(golden.model)
  // What the layer says of itself is what it was read from.
  expect(layer.describe()).toEqual(golden.model)
  const builder = new GraphBuilder()
  const x = builder.input('x', golden.input.shape)
  const y = layer.build(new Scope(builder, 'training'), x)
  expect(y.shape).toEqual(golden.output.shape)
  const dy = builder.input('dy', y.shape, { kind: y.kind })
  const wanted = [x, ...builder.parameters]
  expect(builder.parameters.map(({ name }) => name).sort()).toEqual(
    golden.parameters.map(({ name }) => name).sort(),
  )
  builder.output('y', y)
  backwardGraph(builder, new Map([[y, dy]]), wanted).forEach((gradient, index) => {
    if (gradient !== undefined) builder.output(`d${wanted[index]?.name}`, gradient)
  })
  const session = compileGraph(builder.finish(), { device })
  for (const given of golden.parameters) {
    session.variables.write(given.name, formulaValues(elementCount(given.shape), given))
  }
  const results = await session.run({
    x: formulaValues(elementCount(x.shape), golden.input),
    dy: formulaValues(elementCount(y.shape), { salt: golden.seed }),
  })
  session.dispose()
  session.variables.dispose()
  return new Map([
    ['y', distanceFromGolden(results.y?.data, golden.output)],
    ['dx', distanceFromGolden(results.dx?.data, golden.inputGradient)],
    ...golden.gradients.map(
      (kept) =>
        [
          `d${kept.parameter}`,
          distanceFromGolden(results[`d${kept.parameter}`]?.data, kept),
        ] as const,
    ),
  ])
}

for (const { name, tolerance, make } of testedDevices) {
  describe(`described layers on the ${name} device give what PyTorch gives`, () => {
    let device: Device

    beforeAll(async () => {
      device = await make()
    })

    afterAll(() => device.dispose())

    it.each(goldens.layers.map((golden) => [golden.name, golden] as const))(
      '%s',
      async (_, golden) => {
        const found = await distances(golden, device)
        const off = [...found].filter(([, distance]) => !(distance <= tolerance))
        expect(off).toEqual([])
      },
    )
  })
}
