import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import {
  type Device,
  type Module,
  moduleFromDescription,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { testedDevices } from './devices.ts'
import { formulaValues } from './formula.ts'
import { distanceFromGated, type GatedGolden, gatedGoldens } from './gatedGoldens.ts'
import { gatedPresets } from './gatedPresets.ts'
import { gatedVariants } from './gatedVariants.ts'
import type { Kept } from './goldens.ts'

/** Output and gradients of a layer, by name, with the parameters that the formula gives. */
async function run(golden: GatedGolden, layer: Module, device: Device) {
  const builder = new GraphBuilder()
  const x = builder.input('x', golden.input.shape)
  const y = layer.build(new Scope(builder, 'training'), x)
  const dy = builder.input('dy', y.shape)
  const wanted = [x, ...builder.parameters]
  builder.output('y', y)
  backwardGraph(builder, new Map([[y, dy]]), wanted).forEach((gradient, index) => {
    if (gradient !== undefined) builder.output(`d${wanted[index]?.name}`, gradient)
  })
  const session = compileGraph(builder.finish(), { device })
  const shapes = (list: readonly { readonly name: string; readonly shape: readonly number[] }[]) =>
    list.map(({ name, shape }) => `${name} ${shape.join('×')}`).sort()
  expect(shapes(builder.parameters)).toEqual(shapes(golden.parameters))
  for (const given of [...golden.parameters, ...(golden.buffers ?? [])]) {
    session.variables.write(given.name, formulaValues(elementCount(given.shape), given))
  }
  const results = await session.run({
    x: formulaValues(elementCount(x.shape), golden.input),
    dy: formulaValues(elementCount(y.shape), { salt: golden.seed }),
  })
  session.dispose()
  session.variables.dispose()
  return { shape: y.shape, results: new Map(Object.entries(results)) }
}

/**
 * A bias before a norm has no gradient: PyTorch's is a rest of rounding in float64, and ours one in
 * float32, which is small beside the 1 that the output's gradient is about.
 */
function distanceOf(actual: ArrayLike<number> | undefined, kept: Kept): number {
  if (kept.norm > 1e-9 || actual === undefined) return distanceFromGated(actual, kept)
  return Math.max(...Array.from(actual, Math.abs)) < 1e-5 ? 0 : Number.POSITIVE_INFINITY
}

const tables = [
  { what: 'gated convolution', goldens: gatedGoldens.variants, layers: gatedVariants },
  { what: 'preset', goldens: gatedGoldens.presets, layers: gatedPresets },
]

for (const { what, goldens, layers } of tables) {
  describe(`every ${what} that PyTorch was asked for`, () => {
    it('is tried here, and no other', () => {
      expect([...layers.keys()]).toEqual(goldens.map(({ name }) => name))
    })
  })

  for (const { name: deviceName, tolerance, make } of testedDevices) {
    describe(`${what}s on the ${deviceName} device give what PyTorch gives`, () => {
      let device: Device
      beforeAll(async () => {
        device = await make()
      })
      afterAll(() => device.dispose())

      it.each(goldens.map((golden) => [golden.name, golden] as const))('%s', async (_, golden) => {
        const layer = layers.get(golden.name)
        if (layer === undefined) throw new Error(`no layer is called ${golden.name}`)
        // What is read from a description must be the same layer.
        const again = moduleFromDescription(JSON.parse(JSON.stringify(layer.describe())))
        const { shape, results } = await run(golden, again, device)
        expect(shape).toEqual(golden.output.shape)
        const off = [
          { value: 'y', kept: golden.output },
          { value: 'dx', kept: golden.inputGradient },
          ...golden.gradients.map((kept) => ({ value: `d${kept.parameter}`, kept })),
        ]
          .map(({ value, kept }) => ({
            value,
            distance: distanceOf(results.get(value)?.data, kept),
          }))
          // Gradients pass through every op twice.
          .filter(({ value, distance }) => !(distance <= tolerance * (value === 'y' ? 1 : 3)))
        expect(off).toEqual([])
      })
    })
  }
}
