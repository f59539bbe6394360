import { describe, expect, it } from 'vitest'
import { createFrames } from './frames.ts'
import { resizeFrames } from './resizeFrames.ts'

const frames = createFrames({
  height: 6,
  width: 9,
  data: Uint8Array.from({ length: 3 * 162 }, (_, i) => [50, 100, 200][Math.floor(i / 162)] ?? 0),
  times: [0, 0.1, 0.4],
  duration: 0.5,
})

describe('resizeFrames', () => {
  it('resizes every frame by itself and leaves the times alone', () => {
    const small = resizeFrames(frames, { width: 3, height: 2 })
    expect([small.count, small.width, small.height, small.duration]).toEqual([3, 3, 2, 0.5])
    expect(small.times).toEqual(frames.times)
    expect([...small.data]).toEqual([50, 100, 200].flatMap((value) => Array(18).fill(value)))
  })

  it('keeps colours apart and rounds to the nearest byte', () => {
    const data = Uint8Array.of(10, 0, 255, 13, 0, 255)
    const pair = createFrames({ height: 1, width: 2, data, times: [0], duration: 1 })
    expect([...resizeFrames(pair, { width: 1, height: 1 }).data]).toEqual([12, 0, 255])
  })

  it('gives back a clip that has the size already', () => {
    expect(resizeFrames(frames, { width: 9, height: 6 })).toBe(frames)
  })
})
