import { describe, expect, it } from 'vitest'
import { boundedSize, storedSide } from './boundedSize.ts'

describe('boundedSize', () => {
  it('bounds the shorter side, keeps proportions, never enlarges and never vanishes', () => {
    expect(boundedSize({ width: 1920, height: 1080 }, 40)).toEqual({ width: 71, height: 40 })
    expect(boundedSize({ width: 1080, height: 1920 }, 40)).toEqual({ width: 40, height: 71 })
    expect(boundedSize({ width: 30, height: 20 }, 40)).toEqual({ width: 30, height: 20 })
    expect(boundedSize({ width: 1, height: 5000 }, 40)).toEqual({ width: 1, height: 5000 })
    expect(storedSide(32)).toBe(40)
  })
})
