import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { compileGraph } from '../engine/runtime/compile.ts'
import { tensor } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { conv2d } from '../layers/conv.ts'
import { gatedConv2d } from '../layers/gated/gatedConv.ts'
import { upsample } from '../layers/resize.ts'
import { sequential } from '../layers/sequential.ts'
import { type Inpainter, inpainter, isInpainter } from '../models/inpainter.ts'
import { inpaintingGraph, type PictureSize } from './inpaintingGraph.ts'

const halving = inpainter(
  sequential({
    down: gatedConv2d(4, 4, { kernelSize: 4, stride: 4 }),
    up: upsample(4),
    rgb: conv2d(4, 3, { kernelSize: 1 }),
  }),
  { multipleOf: 4, receptiveField: 4 },
)

/** Gives the picture back, the mask added to every colour. */
const picturePlusMask = inpainter(conv2d(4, 3, { kernelSize: 1 }), { receptiveField: 1 })
const passing = Float32Array.of(1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1)
const weights = new Map([
  ['weight', tensor([3, 4, 1, 1], passing)],
  ['bias', tensor([3], [0, 0, 0])],
])

function counted(shape: readonly number[], scale: number) {
  const size = shape.reduce((product, extent) => product * extent, 1)
  return tensor(
    shape,
    Array.from({ length: size }, (_, i) => scale * (i + 1)),
  )
}

async function run(model: Inpainter, size: PictureSize) {
  const { batch, height, width } = size
  using session = compileGraph(inpaintingGraph(model, size), { device: reference(), weights })
  const image = counted([batch, 3, height, width], 0.001)
  const mask = counted([batch, 1, height, width], 1)
  const { output } = await session.run({ image, mask })
  return { image, mask, output }
}

describe('an inpainting graph', () => {
  it.each([
    { batch: 1, height: 8, width: 12 },
    { batch: 2, height: 7, width: 12 },
    { batch: 1, height: 8, width: 9 },
    { batch: 1, height: 1, width: 2 },
  ])('gives pictures of the size that came in: %o', (size) => {
    const { outputs, inputs } = inpaintingGraph(halving, size)
    expect(outputs.get('output')?.shape).toEqual([size.batch, 3, size.height, size.width])
    expect([...inputs.keys()]).toEqual(['image', 'mask'])
  })

  it.each([
    [1, { batch: 2, height: 3, width: 5 }],
    [8, { batch: 2, height: 3, width: 5 }],
    [8, { batch: 1, height: 6, width: 8 }],
  ])(
    'hands the network picture and mask at their places, multiples of %i',
    async (multipleOf, size) => {
      const model = { ...picturePlusMask, multipleOf }
      const { image, mask, output } = await run(model, size)
      const area = size.height * size.width
      const expected = image.data.map((value, i) => {
        const item = Math.floor(i / (3 * area))
        return value + (mask.data[item * area + (i % area)] as number)
      })
      expect(output?.data).toEqual(Float32Array.from(expected))
    },
  )

  it('shows the network the picture mirrored, and no hole there', async () => {
    const size = { batch: 1, height: 4, width: 3 }
    const graph = inpaintingGraph({ ...picturePlusMask, multipleOf: 4 }, size)
    const [picture, hole] = graph.nodes
    const outputs = new Map([
      ['picture', present(picture?.outputs[0], 'picture')],
      ['hole', present(hole?.outputs[0], 'hole')],
    ])
    using session = compileGraph({ ...graph, outputs }, { device: reference(), weights })
    const inputs = { image: counted([1, 3, 4, 3], 1), mask: counted([1, 1, 4, 3], 1) }
    const seen = await session.run(inputs)
    expect([...(seen.picture?.data.subarray(0, 4) ?? [])]).toEqual([1, 2, 3, 3])
    expect([...(seen.hole?.data.subarray(0, 4) ?? [])]).toEqual([1, 2, 3, 0])
  })

  it('refuses a network that changes the size', () => {
    const shrinking = inpainter(conv2d(4, 3, { kernelSize: 3 }), { receptiveField: 3 })
    expect(() => inpaintingGraph(shrinking, { batch: 1, height: 8, width: 8 })).toThrow(
      /does not make pictures[\s\S]*\[1, 3, 8, 8\][\s\S]*\[1, 3, 6, 6\]/,
    )
  })
})

describe('an inpainter', () => {
  it('is told from other modules', () => {
    expect(isInpainter(halving)).toBe(true)
    expect(isInpainter(conv2d(4, 3, { kernelSize: 1 }))).toBe(false)
  })

  it.each([
    { multipleOf: 0, receptiveField: 5 },
    { multipleOf: 1.5, receptiveField: 5 },
    { receptiveField: Number.NaN },
  ])('needs numbers that a network can have: %o', (options) => {
    const body = conv2d(4, 3, { kernelSize: 1 })
    expect(() => inpainter(body, options)).toThrow(/there is no such inpainter/)
  })
})
