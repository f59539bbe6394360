import { describe, expect, it } from 'vitest'
import { relativeL2, spread } from './statistics.ts'

describe('spread', () => {
  it('takes the middle value of an odd count, in whatever order', () => {
    expect(spread([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
  })

  it('takes the mean of the middle two of an even count', () => {
    expect(spread([4, 1, 2, 100])).toEqual({ median: 3, min: 1, max: 100 })
  })

  it('refuses to summarise nothing', () => {
    expect(() => spread([])).toThrow('no values')
  })
})

describe('relativeL2', () => {
  it('is the length of the difference over the length of the expected', () => {
    expect(relativeL2([3, 4.5], [3, 4])).toBeCloseTo(0.1, 12)
  })

  it('calls missing numbers and other lengths infinitely wrong', () => {
    expect(relativeL2([1, Number.NaN], [1, 2])).toBe(Number.POSITIVE_INFINITY)
    expect(relativeL2([1], [1, 2])).toBe(Number.POSITIVE_INFINITY)
    expect(relativeL2([0], [0])).toBe(Number.POSITIVE_INFINITY)
  })
})
