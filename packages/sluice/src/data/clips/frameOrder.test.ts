import { describe, expect, it } from 'vitest'
import { Random } from '../../foundation/random.ts'
import { orderFrames } from './frameOrder.ts'

const shown = [0, 1, 2, 3, 4, 5, 6, 7]
const stream = (item: number) => new Random(3, 'test', item)

describe('the order of frames', () => {
  it('is that of the recording unless asked otherwise', () => {
    expect(orderFrames('shown', 8, stream(0))).toEqual(shown)
  })

  it('when shuffled keeps every frame and is decided by the seed alone', () => {
    const first = orderFrames('shuffled', 8, stream(0))
    expect(first).not.toEqual(shown)
    expect([...first].sort()).toEqual(shown)
    expect(orderFrames('shuffled', 8, stream(0))).toEqual(first)
    expect(orderFrames('shuffled', 8, stream(1))).not.toEqual(first)
  })

  it('when shuffled is never the one shown, even where chance would give it half the time', () => {
    for (let item = 0; item < 50; item++) {
      expect(orderFrames('shuffled', 2, stream(item))).toEqual([1, 0])
    }
  })

  it('when shuffled prefers no order among the others', () => {
    const counts = new Map<string, number>()
    const random = stream(0)
    for (let i = 0; i < 1000; i++) {
      const key = orderFrames('shuffled', 3, random).join('')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['021', '102', '120', '201', '210'])
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60)
  })

  it('when still repeats the middle frame, of two the earlier', () => {
    expect(orderFrames('still', 5, stream(0))).toEqual([2, 2, 2, 2, 2])
    expect(orderFrames('still', 8, stream(0))).toEqual([3, 3, 3, 3, 3, 3, 3, 3])
    expect(orderFrames('still', 1, stream(0))).toEqual([0])
  })

  it('cannot be shuffled where there is one frame', () => {
    expect(() => orderFrames('shuffled', 1, stream(0))).toThrow(/single frame/)
  })
})
