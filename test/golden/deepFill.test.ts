import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { concat } from '../../packages/sluice/src/engine/ops/concat/concat.ts'
import { readWeights } from '../../packages/sluice/src/entrypoints/formats.ts'
import {
  compileGraph,
  type Device,
  deepFillV2,
  recogniseStateDict,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { inpaintingGraph } from '../../packages/sluice/src/entrypoints/inpainting.ts'
import {
  type DeepFillGolden,
  deepFillFolder,
  deepFillGoldens,
  deepFillInputs,
  deepFillWeights,
  distanceFromDeepFill,
} from './deepFillGoldens.ts'
import { testedDevices } from './devices.ts'

async function fill(golden: DeepFillGolden, device: Device): Promise<Float32Array | undefined> {
  const [batch = 1, , height = 1, width = 1] = golden.image.shape
  const graph = inpaintingGraph(deepFillV2(golden.options), { batch, height, width })
  using session = compileGraph(graph, { device, weights: deepFillWeights(graph) })
  const { output } = await session.run({ ...deepFillInputs(golden) })
  return output?.data
}

/** 42 layers one after the other, and a softmax in between, add their last digits up. */
const allowed = { reference: 1e-6, wasm: 1e-4 } as const

for (const { name, make } of testedDevices) {
  describe(`DeepFill v2 on the ${name} device fills as PyTorch does`, () => {
    for (const golden of deepFillGoldens) {
      // A thousand million multiply-adds in float64 loops would take the reference a minute.
      if (name === 'reference' && golden.options.width !== 2) continue
      it(golden.name, async () => {
        const device = await make()
        const output = await fill(golden, device)
        await device.dispose()
        const tolerance = name === 'reference' ? allowed.reference : allowed.wasm
        expect(distanceFromDeepFill(output, golden.output)).toBeLessThan(tolerance)
      })
    }
  })
}

describe('DeepFill v2', () => {
  it.each(deepFillGoldens.filter(({ options }) => options.width === 2))(
    'shows its first guess: $name',
    async (golden) => {
      const [batch = 1, , ...space] = golden.image.shape
      const builder = new GraphBuilder()
      const image = builder.input('image', golden.image.shape)
      const mask = builder.input('mask', [batch, 1, ...space])
      const input = builder.applyOne(concat, [image, mask], { axis: 1 })
      const scope = new Scope(builder, 'inference')
      builder.output('coarse', deepFillV2(golden.options).buildStages(scope, input).coarse)
      const graph = builder.finish()
      const device = await testedDevices[0]?.make()
      if (device === undefined) throw new Error('no device')
      using session = compileGraph(graph, { device, weights: deepFillWeights(graph) })
      const { coarse } = await session.run({ ...deepFillInputs(golden) })
      expect(distanceFromDeepFill(coarse?.data, golden.coarse)).toBeLessThan(allowed.reference)
    },
  )

  it.each([
    ['checkpoint.pth', 'narrow network', {}],
    ['tensorflow-layout.pth', 'narrow network of the TensorFlow-like port', {}],
    ['tensorflow-layout.pth', 'narrow network of the original', { fuse: true }],
  ] as const)('is found in %s: %s', (file, name, hints) => {
    const { tensors } = readWeights(readFileSync(new URL(file, deepFillFolder)), file)
    const { model, weights } = recogniseStateDict(tensors, hints)
    const golden = deepFillGoldens.find((each) => each.name === name)
    expect(model.describe()).toEqual(deepFillV2(golden?.options).describe())
    const graph = inpaintingGraph(deepFillV2(golden?.options), { batch: 1, height: 8, width: 8 })
    expect(new Map([...weights].sort())).toEqual(new Map([...deepFillWeights(graph)].sort()))
  })
})
