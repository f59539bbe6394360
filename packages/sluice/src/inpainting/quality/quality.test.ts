import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { inferenceGraph } from '../../engine/graph/inferenceGraph.ts'
import type { Module } from '../../engine/graph/module.ts'
import { tensor } from '../../foundation/hostTensor.ts'
import { Random } from '../../foundation/random.ts'
import { elementCount } from '../../foundation/shape.ts'
import { emptyMask } from '../masks/mask.ts'
import { FeatureDistance } from './featureDistance.ts'
import { pixelError, type Rgb } from './pixelError.ts'
import { resnet34Trunk } from './resnet34Trunk.ts'
import { ssim } from './ssim.ts'

const size = { width: 20, height: 16 }

function noise(seed: number, width = size.width, height = size.height): Rgb {
  const random = new Random(seed, 'noise')
  const pixels = Uint8Array.from({ length: 3 * width * height }, () => random.integer(256))
  return { width, height, pixels }
}

const grey = (level: number): Rgb => ({
  ...size,
  pixels: new Uint8Array(3 * size.width * size.height).fill(level),
})

describe('the error of pixels', () => {
  it('is what the formula says', () => {
    const { psnr, l1 } = pixelError(grey(100), grey(110))
    expect(psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / 100), 10)
    expect(l1).toBeCloseTo(10 / 255, 10)
  })

  it('counts the hole only when there is a mask', () => {
    const mask = emptyMask(size.width, size.height)
    mask.pixels[7] = 1
    const picture = grey(50)
    picture.pixels.fill(60, 21, 24)
    expect(pixelError(picture, grey(50), mask).l1).toBeCloseTo(10 / 255, 10)
    expect(pixelError(picture, grey(50)).l1).toBeCloseTo(10 / 255 / 320, 10)
  })

  it('of equal pictures is nothing', () => {
    expect(pixelError(noise(1), noise(1))).toEqual({ psnr: Number.POSITIVE_INFINITY, l1: 0 })
  })

  it('refuses pictures of different sizes, and masks without a hole', () => {
    expect(() => pixelError(noise(1), noise(1, 16, 20))).toThrow(/differ in size/)
    expect(() => pixelError(grey(1), grey(1), emptyMask(20, 16))).toThrow(/no hole/)
  })
})

describe('structural similarity', () => {
  it('is 1 for equal pictures and less for different ones', () => {
    expect(ssim(noise(1), noise(1))).toBeCloseTo(1, 12)
    expect(ssim(noise(1), noise(2))).toBeLessThan(0.2)
  })

  it('of two even greys is what brightness alone makes it', () => {
    const c1 = (0.01 * 255) ** 2
    const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1)
    expect(ssim(grey(100), grey(120))).toBeCloseTo(expected, 8)
  })

  it('looks at the hole with a mask, and has no answer when no window is there', () => {
    const mask = emptyMask(size.width, size.height)
    expect(ssim(noise(1), noise(2), mask)).toBeUndefined()
    mask.pixels[8 * 20 + 10] = 1
    expect(ssim(noise(1), noise(1), mask)).toBeCloseTo(1, 12)
  })
})

describe('the ResNet-34 feature distance', () => {
  const trunk: Module = {
    type: 'trunk',
    describe: () => ({ type: 'trunk' }),
    build: (scope, input) => resnet34Trunk(scope, input)[2],
  }
  const { variables } = inferenceGraph(trunk, [1, 3, 35, 35])
  const random = new Random(5, 'weights')
  const weights = new Map(
    [...variables].map(([name, { value }]) => {
      const spread = name.endsWith('bias') ? 0.1 : Math.sqrt(2 / elementCount(value.shape.slice(1)))
      const data = Float32Array.from(
        { length: elementCount(value.shape) },
        () => spread * random.normal(),
      )
      return [name, tensor(value.shape, data)]
    }),
  )

  it('has the layers of the published network', () => {
    const parameters = [...variables.values()].reduce(
      (sum, { value }) => sum + elementCount(value.shape),
      0,
    )
    expect(parameters).toBe(1_337_984)
  })

  it('is 0 for equal pictures, the same both ways, and grows with the difference', async () => {
    using distance = new FeatureDistance(reference(), weights)
    const picture = noise(1, 21, 19)
    const blend = (part: number): Rgb => ({
      ...picture,
      pixels: noise(2, 21, 19).pixels.map((value, i) =>
        Math.round(part * value + (1 - part) * (picture.pixels[i] as number)),
      ),
    })
    expect(await distance.between(picture, picture)).toBe(0)
    const [little, much] = [
      await distance.between(picture, blend(0.2)),
      await distance.between(picture, blend(0.8)),
    ]
    expect(little).toBeGreaterThan(0)
    expect(much).toBeGreaterThan(2 * little)
    expect(await distance.between(blend(0.8), picture)).toBeCloseTo(much, 10)
  })

  it('says what is missing or too small', async () => {
    using distance = new FeatureDistance(reference(), new Map())
    await expect(distance.between(noise(1, 20, 20), noise(1, 20, 20))).rejects.toThrow(
      /no tensor "stem.conv.weight"/,
    )
    await expect(distance.between(noise(1, 18, 40), noise(1, 18, 40))).rejects.toThrow(/too small/)
  })
})
