import { describe, expect, it } from 'vitest'
import { errorFunction } from './errorFunction.ts'

describe('the error function', () => {
  // Abramowitz and Stegun, table 7.1, with the digits of the C library's erf.
  const known: readonly (readonly [number, number])[] = [
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [5, 0.9999999999984626],
    [7, 1],
  ]

  it('agrees with tables to a few units in the last place, on both sides of zero', () => {
    for (const [x, value] of known) {
      expect(Math.abs(errorFunction(x) - value)).toBeLessThan(1e-15)
      expect(errorFunction(-x)).toBe(-errorFunction(x))
    }
  })

  it('keeps NaN, and reaches one at infinity', () => {
    expect(errorFunction(Number.NaN)).toBeNaN()
    expect(errorFunction(Number.NEGATIVE_INFINITY)).toBe(-1)
  })
})
