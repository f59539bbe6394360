import { describe, expect, it } from 'vitest'
import { createFrames, type Frames } from './frames.ts'
import { preprocessing } from './preprocessing.ts'
import { clipElements, clipToTensor, plainView } from './toTensor.ts'

/** Frames each of one colour: red is the frame's index × 10, green 100, blue 200. */
function flatFrames(count: number, fps: number, height = 6, width = 10): Frames {
  const data = new Uint8Array(count * height * width * 3)
  for (let i = 0; i < data.length; i += 3) {
    data[i] = 10 * Math.floor(i / (height * width * 3))
    data[i + 1] = 100
    data[i + 2] = 200
  }
  const times = Float64Array.from({ length: count }, (_, i) => i / fps)
  return createFrames({ height, width, data, times, duration: count / fps })
}

const description = preprocessing({
  frames: 4,
  fps: 5,
  size: 3,
  mean: [0, 0.1, 0.2],
  std: [1, 0.5, 0.25],
})

describe('clipToTensor', () => {
  it('is ordered channel, time, height, width and normalised per channel', () => {
    const out = clipToTensor(flatFrames(20, 10), description)
    expect(out.length).toBe(clipElements(description))
    const red = [0, 1, 2, 3].map((t) => out[t * 9 + 4] ?? Number.NaN)
    red.forEach((value, t) => {
      expect(value).toBeCloseTo((20 * t) / 255, 6)
    })
    expect(out[4 * 9]).toBeCloseTo((100 / 255 - 0.1) / 0.5, 6)
    expect(out[2 * 4 * 9 + 35]).toBeCloseTo((200 / 255 - 0.2) / 0.25, 6)
  })

  it('starts where it is told and holds the last frame after the end', () => {
    const out = clipToTensor(flatFrames(4, 10), description, { start: 0.2 })
    const red = [0, 1, 2, 3].map((t) => Math.round((out[t * 9] ?? Number.NaN) * 255))
    expect(red).toEqual([20, 30, 30, 30])
    expect(out.subarray(9, 18)).toEqual(out.subarray(27, 36))
  })

  it('puts the sampled frames in another order, or one of them everywhere', () => {
    const redsOf = (order: readonly number[]) => {
      const out = clipToTensor(flatFrames(20, 10), description, { order })
      return [0, 1, 2, 3].map((t) => Math.round((out[t * 9 + 4] ?? Number.NaN) * 255))
    }
    expect(redsOf([2, 0, 3, 1])).toEqual([40, 0, 60, 20])
    expect(redsOf([1, 1, 1, 1])).toEqual([20, 20, 20, 20])
  })

  it('writes into a batch at its place and nowhere else', () => {
    const elements = clipElements(description)
    const batch = new Float32Array(3 * elements).fill(-7)
    clipToTensor(flatFrames(5, 10), description, {}, batch, elements)
    expect(batch.subarray(elements, 2 * elements)).toEqual(
      clipToTensor(flatFrames(5, 10), description),
    )
    expect(batch.subarray(0, elements).every((v) => v === -7)).toBe(true)
    expect(batch.subarray(2 * elements).every((v) => v === -7)).toBe(true)
  })

  it('makes a clip lighter or darker as a whole, within what a picture can hold', () => {
    const dark = clipToTensor(flatFrames(20, 10), description, {
      light: { brightness: 0.5, contrast: 1 },
    })
    expect(dark[4 * 9]).toBeCloseTo((50 / 255 - 0.1) / 0.5, 6)
    const bright = clipToTensor(flatFrames(20, 10), description, {
      light: { brightness: 2, contrast: 1 },
    })
    expect(bright[2 * 4 * 9]).toBeCloseTo((1 - 0.2) / 0.25, 6)
  })

  it('spreads contrast around the mean of the clip', () => {
    const frames = flatFrames(1, 10)
    const out = clipToTensor(frames, description, { light: { brightness: 1, contrast: 0 } })
    expect(out[0]).toBeCloseTo(100 / 255, 6)
    expect(out[2 * 4 * 9]).toBeCloseTo((100 / 255 - 0.2) / 0.25, 6)
  })
})

describe('plainView', () => {
  it('is the middle square or the whole frame', () => {
    const size = { width: 10, height: 6 }
    expect(plainView(size, 'crop')).toEqual({ left: 2, top: 0, width: 6, height: 6 })
    expect(plainView(size, 'stretch')).toEqual({ left: 0, top: 0, width: 10, height: 6 })
  })

  it('is what the tensor shows', () => {
    const frames = flatFrames(1, 10)
    // Red in the leftmost column, which a middle square of a 10×6 frame must not see.
    const data = Uint8Array.from(frames.data, (value, i) =>
      i % 3 === 0 ? (Math.floor(i / 3) % 10 < 1 ? 255 : 0) : value,
    )
    const marked = createFrames({ ...frames, data })
    const cropped = clipToTensor(marked, { ...description, resize: 'crop' })
    const stretched = clipToTensor(marked, { ...description, resize: 'stretch' })
    expect(cropped.subarray(0, 9).every((v) => v === 0)).toBe(true)
    expect(stretched[0]).toBeGreaterThan(0.2)
  })
})
