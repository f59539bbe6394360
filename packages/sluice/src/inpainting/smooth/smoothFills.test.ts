import { describe, expect, it } from 'vitest'
import { Random } from '../../foundation/random.ts'
import { freeFormMask } from '../masks/freeFormMask.ts'
import { emptyMask, type Mask } from '../masks/mask.ts'
import { biharmonicFill } from './biharmonicFill.ts'
import { harmonicFill } from './harmonicFill.ts'
import type { Plane } from './holeGrid.ts'

const width = 40
const height = 32

function plane(valueAt: (x: number, y: number) => number, size = { width, height }): Plane {
  const data = Float32Array.from({ length: size.width * size.height }, (_, i) =>
    valueAt(i % size.width, Math.floor(i / size.width)),
  )
  return { ...size, channels: 1, data }
}

/** A box away from the border. */
function boxMask(): Mask {
  const mask = emptyMask(width, height)
  for (let y = 8; y < 24; y++) mask.pixels.fill(1, y * width + 10, y * width + 30)
  return mask
}

function largestError(filled: Plane, truth: Plane): number {
  return filled.data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (truth.data[i] as number))),
    0,
  )
}

/** What a hole may hold must not matter. */
function withRubbish(picture: Plane, mask: Mask): Plane {
  return { ...picture, data: picture.data.map((value, i) => (mask.pixels[i] === 1 ? 9e3 : value)) }
}

const fills = [
  ['harmonic', harmonicFill],
  ['biharmonic', biharmonicFill],
] as const

describe.each(fills)('the %s fill', (_name, fill) => {
  it('continues a slope exactly', () => {
    const truth = plane((x, y) => 3 * x - 2 * y)
    const mask = boxMask()
    expect(
      largestError(fill(withRubbish(truth, mask), mask, { tolerance: 1e-6 }), truth),
    ).toBeLessThan(0.05)
  })

  it('continues a saddle, which is harmonic', () => {
    const truth = plane((x, y) => 0.01 * ((x - 20) ** 2 - (y - 16) ** 2))
    const mask = boxMask()
    expect(
      largestError(fill(withRubbish(truth, mask), mask, { tolerance: 1e-6 }), truth),
    ).toBeLessThan(0.02)
  })

  it('leaves known pixels as they are', () => {
    const random = new Random(1, 'noise')
    const noise = plane(() => random.uniform())
    const mask = freeFormMask(new Random(2, 'mask'), { width, height })
    const filled = fill(noise, mask)
    mask.pixels.forEach((hole, i) => {
      if (hole === 0) expect(filled.data[i]).toBe(noise.data[i])
    })
  })

  it('fills holes at the border, and with little that is known', () => {
    const truth = plane(() => 0.25)
    const mask = { ...emptyMask(width, height), pixels: new Uint8Array(width * height).fill(1) }
    mask.pixels[0] = 0
    expect(largestError(fill(withRubbish(truth, mask), mask), truth)).toBeLessThan(1e-4)
  })

  it('fills each channel on its own', () => {
    const mask = boxMask()
    const area = width * height
    const data = Float32Array.from({ length: 2 * area }, (_, i) => (i < area ? 1 : -2))
    const filled = fill({ width, height, channels: 2, data }, mask)
    expect(filled.data.every((value, i) => Math.abs(value - (i < area ? 1 : -2)) < 1e-5)).toBe(true)
  })

  it('refuses a mask of another size, and one without anything known', () => {
    const picture = plane(() => 0)
    expect(() => fill(picture, emptyMask(width, 5))).toThrow(/differ in size/)
    const full = { ...emptyMask(width, height), pixels: new Uint8Array(width * height).fill(1) }
    expect(() => fill(picture, full)).toThrow(/covers the whole picture/)
  })
})

describe('smooth fills', () => {
  it('are harmonic: every filled pixel is the mean of its neighbours', () => {
    const random = new Random(3, 'noise')
    const noise = plane(() => random.uniform())
    const mask = boxMask()
    const { data } = harmonicFill(noise, mask, { tolerance: 1e-7 })
    for (let y = 8; y < 24; y++) {
      for (let x = 10; x < 30; x++) {
        const at = y * width + x
        const around = [at - 1, at + 1, at - width, at + width]
        const mean = around.reduce((sum, n) => sum + (data[n] as number), 0) / 4
        expect(Math.abs(mean - (data[at] as number))).toBeLessThan(1e-4)
      }
    }
  })

  it('differ where slopes meet: only the biharmonic one overshoots', () => {
    const roof = plane((x) => Math.abs(x - 20))
    const mask = emptyMask(width, height)
    for (let y = 0; y < height; y++) mask.pixels.fill(1, y * width + 16, y * width + 25)
    const at = 16 * width + 20
    expect(harmonicFill(roof, mask).data[at]).toBeCloseTo(5, 1)
    expect(biharmonicFill(roof, mask, { tolerance: 1e-6 }).data[at]).toBeLessThan(3.2)
  })
})
