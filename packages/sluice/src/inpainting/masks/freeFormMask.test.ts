import { describe, expect, it } from 'vitest'
import { Random } from '../../foundation/random.ts'
import { freeFormMask, maskShapes } from './freeFormMask.ts'
import { cropMask, emptyMask, holeShare } from './mask.ts'

const size = { width: 96, height: 64 }

describe('a free-form mask', () => {
  it.each(maskShapes)('of %s takes the share of the picture that is asked for', (shape) => {
    for (let i = 0; i < 20; i++) {
      const mask = freeFormMask(new Random(1, shape, i), size, { shapes: [shape] })
      expect(holeShare(mask)).toBeGreaterThanOrEqual(0.1)
      expect(holeShare(mask)).toBeLessThanOrEqual(0.35)
    }
  })

  it('is the same for the same random stream, and another for another', () => {
    const drawn = (seed: number) => freeFormMask(new Random(seed, 'mask'), size).pixels
    expect(drawn(3)).toEqual(drawn(3))
    expect(drawn(3)).not.toEqual(drawn(4))
  })

  it('is not always as small as it may be', () => {
    const shares = Array.from({ length: 40 }, (_, i) =>
      holeShare(freeFormMask(new Random(5, 'mask', i), size)),
    )
    expect(shares.filter((share) => share > 0.22).length).toBeGreaterThan(8)
  })

  it('reaches every part of the picture', () => {
    const hits = new Uint8Array(size.width * size.height)
    for (let i = 0; i < 60; i++) {
      freeFormMask(new Random(7, 'mask', i), size).pixels.forEach((hole, at) => {
        if (hole === 1) hits[at] = 1
      })
    }
    expect(hits.filter((hit) => hit === 0).length).toBeLessThan(hits.length / 100)
  })

  it('covers as much of a large picture as of a small one', () => {
    const options = { shapes: ['strokes'], share: [0, 1] } as const
    const mean = (scale: number) => {
      const shares = Array.from({ length: 12 }, (_, i) =>
        holeShare(
          freeFormMask(
            new Random(9, 'mask', i),
            { width: 64 * scale, height: 64 * scale },
            options,
          ),
        ),
      )
      return shares.reduce((sum, share) => sum + share, 0) / shares.length
    }
    expect(mean(4) / mean(1)).toBeCloseTo(1, 1)
  })

  it.each([{ share: [0.5, 0.2] as const }, { share: [-1, 0.2] as const }, { shapes: [] }])(
    'refuses what cannot be drawn: %o',
    (options) => {
      expect(() => freeFormMask(new Random(1), size, options)).toThrow(/there is no such mask/)
    },
  )

  it('says so when no such mask is found', () => {
    expect(() =>
      freeFormMask(new Random(1), { width: 2, height: 2 }, { share: [0.1, 0.11] }),
    ).toThrow(/no mask of this share/)
  })
})

describe('a mask', () => {
  it('is cut out at its place', () => {
    const mask = emptyMask(4, 3)
    mask.pixels[1 * 4 + 2] = 1
    expect([...cropMask(mask, 1, 1, { width: 2, height: 2 }).pixels]).toEqual([0, 1, 0, 0])
  })

  it('has a size that pictures have', () => {
    expect(() => emptyMask(0, 4)).toThrow(/no picture has this size/)
  })
})
