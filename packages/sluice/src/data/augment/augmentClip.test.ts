import { describe, expect, it } from 'vitest'
import { createFrames } from '../clips/frames.ts'
import { preprocessing } from '../clips/preprocessing.ts'
import { clipToTensor } from '../clips/toTensor.ts'
import { type Augmentation, mildAugmentation, noAugmentation } from './augmentation.ts'
import { augmentClip, sampleRandom } from './augmentClip.ts'

const description = preprocessing({ frames: 8, fps: 10, size: 16 })

function recording(duration: number) {
  const count = Math.max(1, Math.round(duration * 10))
  const data = Uint8Array.from({ length: count * 20 * 30 * 3 }, (_, i) => (i * 7919) % 251)
  const times = Float64Array.from({ length: count }, (_, i) => i / 10)
  return createFrames({ height: 20, width: 30, data, times, duration })
}

const long = recording(5)
const short = recording(0.8)

function draws(augmentation: Augmentation, frames = long) {
  return Array.from({ length: 400 }, (_, sample) =>
    augmentClip(frames, description, augmentation, sampleRandom(1, 2, sample)),
  )
}

describe('augmentClip', () => {
  it('without strength is the plain clip from the middle', () => {
    const choice = augmentClip(long, description, noAugmentation, sampleRandom(1, 2, 3))
    expect(choice.start).toBeCloseTo(2.1)
    expect(clipToTensor(long, description, choice)).toEqual(
      clipToTensor(long, description, { start: 2.1 }),
    )
  })

  it('depends on seed, epoch and sample, and on nothing else', () => {
    const draw = (seed: number, epoch: number, sample: number) =>
      augmentClip(long, description, mildAugmentation, sampleRandom(seed, epoch, sample))
    const first = draw(1, 2, 3)
    draw(9, 9, 9)
    expect(draw(1, 2, 3)).toEqual(first)
    for (const other of [draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)]) {
      expect(other).not.toEqual(first)
    }
  })

  it('keeps the other draws when one strength changes', () => {
    const [a] = draws({ ...mildAugmentation, crop: 0 })
    const [b] = draws(mildAugmentation)
    expect(a?.start).toBe(b?.start)
    expect(a?.light).toEqual(b?.light)
    expect(a?.view?.width).toBe(b?.view?.width)
    expect(a?.view?.left).not.toBe(b?.view?.left)
  })

  it('reaches every part of a long recording and one frame beyond', () => {
    const starts = draws({ ...noAugmentation, jitter: 1 }).map((choice) => choice.start ?? 0)
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(-0.1)
    expect(Math.min(...starts)).toBeLessThan(0.05)
    expect(Math.max(...starts)).toBeLessThanOrEqual(4.3)
    expect(Math.max(...starts)).toBeGreaterThan(4.1)
  })

  it('moves a recording as long as the clip by up to a frame', () => {
    const starts = draws({ ...noAugmentation, jitter: 1 }, short).map((choice) => choice.start ?? 0)
    expect(Math.max(...starts.map(Math.abs))).toBeLessThanOrEqual(0.1)
    expect(Math.max(...starts)).toBeGreaterThan(0.08)
    expect(Math.min(...starts)).toBeLessThan(-0.08)
  })

  it('keeps each strength within its bounds', () => {
    for (const { view, light } of draws({ ...mildAugmentation, crop: 0.1, scale: 0.25 })) {
      const side = view?.width ?? Number.NaN
      expect(side).toBeGreaterThanOrEqual(20 / 1.25 - 1e-9)
      expect(side).toBeLessThanOrEqual(25 + 1e-9)
      expect(view?.height).toBe(side)
      const moved = (view?.left ?? Number.NaN) + side / 2 - 15
      expect(Math.abs(moved)).toBeLessThanOrEqual(2 + 1e-9)
      expect(Math.abs((light?.brightness ?? 9) - 1)).toBeLessThanOrEqual(0.2)
      expect(Math.abs((light?.contrast ?? 9) - 1)).toBeLessThanOrEqual(0.2)
    }
  })

  it('never mirrors: the left of the picture stays left', () => {
    const data = new Uint8Array(20 * 30 * 3)
    for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / 3) % 30 < 15 ? 0 : 255
    const halves = createFrames({ height: 20, width: 30, data, times: [0], duration: 0.1 })
    for (const choice of draws(mildAugmentation, halves)) {
      const out = clipToTensor(halves, description, choice)
      expect(out[0] ?? 0).toBeLessThan(out[15] ?? 0)
    }
  })
})
