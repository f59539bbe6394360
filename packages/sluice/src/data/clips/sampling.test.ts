import { describe, expect, it } from 'vitest'
import { centreStart, clipSpan, frameAt, sampleTimes, uniformStarts } from './sampling.ts'

/** Times as a container that counts milliseconds would state them. */
function millisecondTimes(count: number, fps: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => Math.round((i * 1000) / fps) / 1000)
}

describe('frameAt', () => {
  it('picks the frame on screen, not the nearest', () => {
    const times = Float64Array.of(0, 0.5, 0.6)
    expect([0, 0.49, 0.5, 0.55, 0.6].map((t) => frameAt(times, t))).toEqual([0, 0, 1, 1, 2])
  })

  it('holds the first frame before the clip and the last one after it', () => {
    const times = Float64Array.of(0.2, 0.3)
    expect(frameAt(times, -5)).toBe(0)
    expect(frameAt(times, 99)).toBe(1)
  })

  it('picks frame k at second k / fps, however the container rounded its times', () => {
    for (const fps of [10, 24, 25, 30, 60]) {
      const times = millisecondTimes(100, fps)
      const picked = Array.from(sampleTimes({ frames: 100, fps }), (t) => frameAt(times, t))
      expect(picked).toEqual(Array.from({ length: 100 }, (_, i) => i))
    }
  })
})

describe('sampleTimes', () => {
  it('is a fixed clock, so recordings of different frame rates look alike', () => {
    const slow = millisecondTimes(8, 10)
    const fast = millisecondTimes(48, 60)
    const times = sampleTimes({ frames: 8, fps: 5, start: 0 })
    const shownAt = (of: Float64Array) => Array.from(times, (t) => of[frameAt(of, t)])
    expect(shownAt(slow).slice(0, 4)).toEqual(shownAt(fast).slice(0, 4))
  })

  it('does not show how many frames a short clip had', () => {
    const two = Float64Array.of(0, 0.1)
    const picked = Array.from(sampleTimes({ frames: 8, fps: 10 }), (t) => frameAt(two, t))
    expect(picked).toEqual([0, 1, 1, 1, 1, 1, 1, 1])
  })

  it('refuses a clock that stands still', () => {
    expect(() => sampleTimes({ frames: 8, fps: 0 })).toThrow(/fps 0/)
    expect(() => sampleTimes({ frames: 0, fps: 8 })).toThrow(/frames 0/)
  })
})

describe('starts', () => {
  it('spread over the recording from its start to its end', () => {
    expect(uniformStarts(10, 2, 5)).toEqual([0, 2, 4, 6, 8])
    expect(uniformStarts(10, 2, 1)).toEqual([4])
    expect(centreStart(10, 2)).toBe(4)
  })

  it('do not repeat a clip that fills its recording', () => {
    expect(uniformStarts(0.8, clipSpan({ frames: 8, fps: 10 }), 5)).toEqual([0])
    expect(uniformStarts(0.3, 0.8, 5)).toEqual([0])
    expect(centreStart(0.3, 0.8)).toBe(0)
  })

  it('refuse a number of clips that is not whole', () => {
    expect(() => uniformStarts(1, 1, 0)).toThrow(/whole number/)
  })
})
