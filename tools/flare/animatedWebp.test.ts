import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { changedRectangle, encodeAnimatedWebp } from './animatedWebp.ts'

const SIZE = 16

function still(): Uint8Array {
  const random = new Random(3)
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, () => random.integer(256))
}

function withPixel(frame: Uint8Array, x: number, y: number): Uint8Array {
  const changed = frame.slice()
  const at = (y * SIZE + x) * 3
  changed[at] = 255 - (changed[at] ?? 0)
  return changed
}

describe('an animated WebP', () => {
  it('gives back every pixel of every frame, also of frames that do not change', async () => {
    const first = still()
    const moved = withPixel(first, 7, 9)
    const frames = [first, first, moved, moved, first, withPixel(moved, 15, 15)]
    const file = await encodeAnimatedWebp(frames, SIZE, 100)
    const image = sharp(file, { animated: true })
    const { pages, delay } = await image.metadata()
    expect(pages).toBe(frames.length)
    expect(delay).toEqual(frames.map(() => 100))
    const decoded = await image.removeAlpha().raw().toBuffer()
    expect(Uint8Array.from(decoded)).toEqual(Uint8Array.from(frames.flatMap((f) => [...f])))
  })

  it('stores only the rectangle that changed, from an even corner on', () => {
    const first = still()
    const moved = withPixel(withPixel(first, 7, 9), 10, 4)
    expect(changedRectangle(first, moved, SIZE)).toEqual({ left: 6, top: 4, width: 5, height: 6 })
    expect(changedRectangle(first, first, SIZE)).toEqual({ left: 0, top: 0, width: 1, height: 1 })
    expect(changedRectangle(undefined, first, SIZE).width).toBe(SIZE)
  })
})
