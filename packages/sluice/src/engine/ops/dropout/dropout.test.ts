import { describe, expect, it } from 'vitest'
import { dropout } from './dropout.ts'

function drop(shape: readonly number[], step: number, probability: number, stream = 1) {
  const count = shape.reduce((product, size) => product * size, 1)
  const x = { shape, data: new Float64Array(count).fill(1) }
  const y = { shape, data: new Float64Array(count) }
  const at = { shape: [], data: Float64Array.of(step) }
  dropout.reference([x, at], [y], { probability, seed: 11, stream })
  return y.data
}

describe('dropout', () => {
  it('drops about as often as it is told, and keeps the mean', () => {
    const kept = drop([4, 8, 10, 10, 10], 3, 0.25)
    const share = kept.filter((value) => value === 0).length / kept.length
    expect(share).toBeGreaterThan(0.24)
    expect(share).toBeLessThan(0.26)
    expect(Math.max(...kept.subarray(0, 1000))).toBe(1 / 0.75)
  })

  it('draws one mask per step and stream, and the same one again', () => {
    const mask = drop([2, 64], 5, 0.5)
    expect(drop([2, 64], 5, 0.5)).toEqual(mask)
    expect(drop([2, 64], 6, 0.5)).not.toEqual(mask)
    expect(drop([2, 64], 5, 0.5, 2)).not.toEqual(mask)
  })

  it('draws in channels-last order, which rank 2 shares', () => {
    const flat = drop([1, 4 * 6], 5, 0.5)
    const planes = drop([1, 4, 6], 5, 0.5)
    for (let pixel = 0; pixel < 6; pixel++) {
      for (let channel = 0; channel < 4; channel++) {
        expect(planes[channel * 6 + pixel]).toBe(flat[pixel * 4 + channel])
      }
    }
  })

  it('drops nothing at probability 0', () => {
    expect(drop([3, 50], 1, 0).every((value) => value === 1)).toBe(true)
  })
})
