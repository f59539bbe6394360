import { describe, expect, it } from 'vitest'
import { sameBits } from './runCase.ts'
import { relativeL2 } from './tolerance.ts'

describe('the distance between two results', () => {
  it('is relative to the norm of what was expected', () => {
    expect(relativeL2([3, 4], [3, 4])).toBe(0)
    expect(relativeL2([3, 4.5], [3, 4])).toBeCloseTo(0.1)
    expect(relativeL2([0, 0], [3, 4])).toBe(1)
  })

  it('is infinite when lengths differ, or NaN and infinities stand elsewhere', () => {
    expect(relativeL2([1], [1, 2])).toBe(Number.POSITIVE_INFINITY)
    expect(relativeL2([Number.NaN, 1], [1, 1])).toBe(Number.POSITIVE_INFINITY)
    expect(relativeL2([1, 1], [Number.NaN, 1])).toBe(Number.POSITIVE_INFINITY)
    expect(relativeL2([1], [Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY)
    expect(relativeL2([1e-30], [0])).toBe(Number.POSITIVE_INFINITY)
  })

  it('is zero for equal NaN and for zeros of either sign', () => {
    expect(relativeL2([Number.NaN, 2], [Number.NaN, 2])).toBe(0)
    expect(relativeL2([-0], [0])).toBe(0)
  })
})

describe('equal bits', () => {
  const of = (...values: number[]) => new Map([['y', Float32Array.from(values)]])

  it('tell zeros of different signs apart, and need the same names and lengths', () => {
    expect(sameBits(of(1, 2), of(1, 2))).toBe(true)
    expect(sameBits(of(0), of(-0))).toBe(false)
    expect(sameBits(of(1), of(1, 2))).toBe(false)
    expect(sameBits(of(1), new Map([['z', Float32Array.of(1)]]))).toBe(false)
    expect(sameBits(of(1), new Map())).toBe(false)
  })
})
