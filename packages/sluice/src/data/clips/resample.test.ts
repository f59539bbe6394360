import { describe, expect, it } from 'vitest'
import { Random } from '../../foundation/random.ts'
import { axisTaps, resampleFrame } from './resample.ts'

function resample(pixels: Uint8Array, height: number, width: number, size: number): number[][] {
  const out = new Float32Array(3 * size * size)
  const rows = axisTaps(height, 0, height, size)
  const columns = axisTaps(width, 0, width, size)
  resampleFrame(pixels, 0, width, rows, columns, out, 0, size * size)
  return [0, 1, 2].map((c) => Array.from(out.subarray(c * size * size, (c + 1) * size * size)))
}

describe('axisTaps', () => {
  it('copies when sizes agree', () => {
    const taps = axisTaps(5, 0, 5, 5)
    for (let i = 0; i < 5; i++) {
      const row = Array.from(taps.weights.subarray(i * taps.widest, (i + 1) * taps.widest))
      const read = new Array<number>(5).fill(0)
      row.forEach((weight, j) => {
        if (weight !== 0) read[(taps.first[i] ?? 0) + j] = weight
      })
      expect(read).toEqual([0, 1, 2, 3, 4].map((j) => (j === i ? 1 : 0)))
    }
  })

  it('halves with the weights 1 3 3 1, as Pillow does', () => {
    const taps = axisTaps(8, 0, 8, 4)
    const row = taps.weights.subarray(taps.widest, taps.widest + (taps.count[1] ?? 0))
    const used = Array.from(row).filter((weight) => weight > 0)
    expect(used).toEqual([0.125, 0.375, 0.375, 0.125])
  })

  it('has weights that add up to one and stay inside, even for views far outside', () => {
    const random = new Random(7, 'views')
    for (let trial = 0; trial < 300; trial++) {
      const size = 1 + random.integer(40)
      const origin = random.uniform(-60, 60)
      const outputs = 1 + random.integer(20)
      const taps = axisTaps(size, origin, random.uniform(0.5, 80), outputs)
      for (let i = 0; i < outputs; i++) {
        const count = taps.count[i] ?? 0
        let sum = 0
        for (let j = 0; j < count; j++) sum += taps.weights[i * taps.widest + j] ?? Number.NaN
        expect(sum).toBeCloseTo(1, 12)
        expect(count).toBeLessThanOrEqual(taps.widest)
        expect(taps.first[i]).toBeGreaterThanOrEqual(0)
        expect((taps.first[i] ?? 0) + count).toBeLessThanOrEqual(size)
      }
    }
  })
})

describe('resampleFrame', () => {
  it('keeps a flat picture flat, each colour in its own plane', () => {
    const pixels = Uint8Array.from({ length: 7 * 5 * 3 }, (_, i) => [10, 120, 250][i % 3] ?? 0)
    const planes = resample(pixels, 7, 5, 4)
    expect(planes[0]?.every((v) => Math.abs(v - 10) < 1e-4)).toBe(true)
    expect(planes[1]?.every((v) => Math.abs(v - 120) < 1e-4)).toBe(true)
    expect(planes[2]?.every((v) => Math.abs(v - 250) < 1e-4)).toBe(true)
  })

  it('does not lose a thin line when shrinking', () => {
    const side = 64
    const pixels = new Uint8Array(side * side * 3)
    for (let y = 0; y < side; y++) pixels.fill(255, (y * side + 21) * 3, (y * side + 22) * 3)
    const [red = []] = resample(pixels, side, side, 8)
    const total = red.slice(0, 8).reduce((sum, v) => sum + v, 0)
    expect(total).toBeCloseTo(255 / 8, 3)
  })

  it('agrees with the triangle filter summed directly over both axes', () => {
    const random = new Random(3, 'pixels')
    const [height, width, size] = [11, 17, 5]
    const pixels = Uint8Array.from({ length: height * width * 3 }, () => random.integer(256))
    const planes = resample(pixels, height, width, size)
    const weight = (at: number, out: number, length: number): number => {
      const scale = Math.max(1, length / size)
      return Math.max(0, 1 - Math.abs(at + 0.5 - (out + 0.5) * (length / size)) / scale)
    }
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let sum = 0
        let total = 0
        for (let v = 0; v < height; v++) {
          for (let u = 0; u < width; u++) {
            const w = weight(v, y, height) * weight(u, x, width)
            sum += w * (pixels[(v * width + u) * 3 + 1] ?? 0)
            total += w
          }
        }
        expect(planes[1]?.[y * size + x]).toBeCloseTo(sum / total, 3)
      }
    }
  })
})
