import { describe, expect, it } from 'vitest'
import { createFrames } from './frames.ts'

const data = new Uint8Array(2 * 2 * 3 * 3)

describe('createFrames', () => {
  it('counts frames by their times', () => {
    const frames = createFrames({ height: 2, width: 3, data, times: [0, 0.1], duration: 0.2 })
    expect(frames.count).toBe(2)
    expect(frames.times).toBeInstanceOf(Float64Array)
  })

  it('refuses bytes that do not fill the frames, and names the clip', () => {
    const parts = { height: 2, width: 3, data, times: [0], duration: 0.2 }
    expect(() => createFrames(parts, 'wave/1.mp4')).toThrow(/wave\/1\.mp4: .*bytes[\s\S]*36 bytes/)
  })

  it('refuses times that go back, times that are no numbers and an end before the last frame', () => {
    const parts = { height: 2, width: 3, data }
    expect(() => createFrames({ ...parts, times: [0.1, 0], duration: 1 })).toThrow(/never go back/)
    expect(() => createFrames({ ...parts, times: [0, Number.NaN], duration: 1 })).toThrow(/finite/)
    expect(() => createFrames({ ...parts, times: [0, 0.5], duration: 0.4 })).toThrow(/must last/)
  })

  it('refuses clips without frames or pixels', () => {
    const empty = new Uint8Array(0)
    expect(() =>
      createFrames({ height: 2, width: 2, data: empty, times: [], duration: 0 }),
    ).toThrow(/without frames/)
    expect(() =>
      createFrames({ height: 0, width: 2, data: empty, times: [0], duration: 0 }),
    ).toThrow(/without pixels/)
  })
})
