import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasm } from '../../backends/wasm/wasmDevice.ts'
import type { Device } from '../../engine/device/device.ts'
import { tensor } from '../../foundation/hostTensor.ts'
import { Random } from '../../foundation/random.ts'
import { disc, merged, paint, painter, pictureOf, small } from './fill.test.support.ts'
import { growHole } from './growHole.ts'
import { HoleFiller } from './holeFiller.ts'
import { inpaint } from './inpaint.ts'
import type { Picture } from './picture.ts'

let device: Device
beforeAll(async () => {
  device = await wasm({ threads: 1 })
})
afterAll(async () => {
  await device.dispose()
})

/** How many samples differ outside a hole. */
function changedOutside(before: Picture, after: Picture, hole: Uint8Array): number {
  let changed = 0
  for (let i = 0; i < before.pixels.length; i++) {
    const inHole = hole[Math.floor(i / before.channels)] === 1
    const isAlpha = before.channels % 2 === 0 && i % before.channels === before.channels - 1
    if ((!inHole || isAlpha) && before.pixels[i] !== after.pixels[i]) changed++
  }
  return changed
}

describe('outside the hole nothing changes', () => {
  const kinds = ([1, 2, 3, 4] as const).flatMap((channels) =>
    [false, true].flatMap((wide) =>
      (['crop', 'resize', 'original'] as const).map((strategy) => ({ channels, wide, strategy })),
    ),
  )
  it.each(kinds)(
    '$channels channels, 16 bits $wide, $strategy',
    async ({ channels, wide, strategy }) => {
      const size = { width: 150, height: 97 }
      const picture = pictureOf(size, channels, wide)
      const hole = merged(
        disc(size, 30, 40, 9),
        disc(size, 149, 96, 12, true),
        disc(size, 90, 0, 3),
      )
      const before = picture.pixels.slice()
      const settings = { strategy, margin: 8, tile: 64, longSide: 100, feather: 2 }
      const filled = await inpaint(small, picture, hole, { device, ...settings })
      expect(picture.pixels).toEqual(before)
      expect(filled.pixels.constructor).toBe(before.constructor)
      expect(changedOutside(picture, filled, hole)).toBe(0)
      // Sparse pixels may be right by chance; a hole that is not filled at all is not.
      const inside = filled.pixels.filter((sample, i) => sample !== before[i]).length
      expect(inside).toBeGreaterThan(300)
    },
  )

  it('in place as in a copy', async () => {
    const size = { width: 90, height: 70 }
    const hole = disc(size, 40, 30, 14)
    for (const feather of [0, 4]) {
      using filler = new HoleFiller(small, { device })
      const copied = await filler.fill(pictureOf(size), hole, { feather })
      const picture = pictureOf(size)
      const filled = await filler.fill(picture, hole, { feather, inPlace: true })
      expect(filled.pixels).toBe(picture.pixels)
      expect(filled.pixels).toEqual(copied.pixels)
    }
  })

  it('and the grown hole is all that is filled', async () => {
    const size = { width: 80, height: 60 }
    const picture = pictureOf(size)
    const hole = disc(size, 40, 30, 6)
    const filled = await inpaint(painter(), picture, hole, { device, weights: paint, grow: 3 })
    const grown = disc(size, 40, 30, 9)
    expect(changedOutside(picture, filled, growHole(hole, size, 3))).toBe(0)
    for (let i = 0; i < hole.length; i++) {
      const painted = [0, 1, 2].map((c) => filled.pixels[i * 3 + c])
      if (hole[i] === 1) expect(painted).toEqual([255, 128, 0])
    }
    const wide = growHole(hole, size, 3)
    expect(wide.filter((mark, i) => mark === 1 && grown[i] === 0)).toHaveLength(0)
    expect(wide.reduce((sum, mark) => sum + mark, 0)).toBeGreaterThan(220)
  })
})

describe('every pixel of a hole is filled', () => {
  const size = { width: 400, height: 300 }
  const scratch = new Uint8Array(size.width * size.height)
  for (let x = 0; x < size.width; x++) scratch[Math.floor(x * 0.7) * size.width + x] = 1
  const random = new Random(3, 'specks')
  const specks = new Uint8Array(scratch.length)
  for (let i = 0; i < 400; i++) specks[random.integer(specks.length)] = 1
  const holes: [string, Uint8Array, number][] = [
    ['one in the middle', disc(size, 200, 150, 20), 1000],
    ['in all corners', disc(size, 200, 150, 130, true).map((mark) => 1 - mark), 1000],
    ['a scratch right across', scratch, 1000],
    ['specks everywhere', specks, 1000],
    ['larger than the network sees', disc(size, 180, 140, 90), 60],
    ['larger than the network sees, in a corner', disc(size, 0, 0, 120), 60],
    ['larger than a crop', disc(size, 200, 150, 110, true), 1000],
    ['many sizes', merged(disc(size, 60, 60, 50), specks, scratch), 40],
  ]
  it.each(holes)('%s', async (_name, hole, receptiveField) => {
    const picture = pictureOf(size)
    for (const strategy of ['crop', 'resize', 'original'] as const) {
      const settings = { strategy, margin: 16, tile: 128, longSide: 200 }
      const filled = await inpaint(painter(receptiveField), picture, hole, {
        ...{ device, weights: paint },
        ...settings,
      })
      let wrong = 0
      for (let i = 0; i < hole.length; i++) {
        // Seen small, the painted colour mixes with that around the hole at its border.
        const right = filled.pixels[i * 3] === 255 && filled.pixels[i * 3 + 2] === 0
        if (hole[i] === 1 && !right && strategy !== 'resize') wrong++
      }
      expect(wrong).toBe(0)
      expect(changedOutside(picture, filled, hole)).toBe(0)
    }
  })
})

describe('the strategies agree', () => {
  it('crop gives what original gives when it shows all that the network can see', async () => {
    const size = { width: 330, height: 260 }
    const picture = pictureOf(size)
    for (const [x, y] of [
      [150, 120],
      [5, 7],
      [325, 255],
      [163, 0],
    ] as const) {
      const hole = disc(size, x, y, 6)
      const [crop, original] = await Promise.all(
        (['crop', 'original'] as const).map((strategy) =>
          inpaint(small, picture, hole, { device, seed: 4, strategy, margin: 20 }),
        ),
      )
      expect(crop?.plan.steps[0]?.crop.width).toBeLessThan(100)
      let most = 0
      crop?.pixels.forEach((sample, i) => {
        most = Math.max(most, Math.abs(sample - (original?.pixels[i] ?? 0)))
      })
      // Sums in other tiles may round to the next sample.
      expect(most).toBeLessThanOrEqual(1)
    }
  })

  it('all three are the same for a picture that is small enough', async () => {
    const size = { width: 63, height: 41 }
    const picture = pictureOf(size, 4)
    const hole = disc(size, 20, 20, 7)
    const filled = await Promise.all(
      (['crop', 'original', 'resize'] as const).map((strategy) =>
        inpaint(small, picture, hole, { device, seed: 9, strategy }),
      ),
    )
    expect(filled[0]?.pixels).toEqual(filled[1]?.pixels)
    expect(filled[2]?.pixels).toEqual(filled[1]?.pixels)
  })

  it('resize keeps a smooth picture smooth', async () => {
    const size = { width: 300, height: 200 }
    const picture: Picture = {
      pixels: new Uint8Array(size.width * size.height),
      ...size,
      channels: 1,
    }
    for (let i = 0; i < picture.pixels.length; i++) picture.pixels[i] = (i % 300) / 2
    const hole = disc(size, 150, 100, 30)
    // What the network paints is the picture itself, seen small.
    const passing = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
    const weights = new Map([
      ['weight', tensor([3, 4, 1, 1], passing)],
      ['bias', tensor([3], [0, 0, 0])],
    ])
    const holeless = hole.map(() => 0)
    holeless[0] = 1
    const seen = { device, weights, strategy: 'resize', longSide: 100 } as const
    const { pixels } = await inpaint(painter(), picture, holeless, seen)
    expect(Math.abs((pixels[0] as number) - (picture.pixels[0] as number))).toBeLessThanOrEqual(70)
    expect(changedOutside(picture, { ...picture, pixels }, holeless)).toBe(0)
  })
})

describe('a fill', () => {
  it('tells how far it is, and stops when asked', async () => {
    const size = { width: 700, height: 100 }
    const hole = merged(disc(size, 50, 50, 5), disc(size, 350, 50, 5), disc(size, 650, 50, 5))
    const told: number[] = []
    const options = { device, weights: paint, tile: 150, margin: 20 }
    await inpaint(painter(), pictureOf(size), hole, {
      ...options,
      onProgress: ({ done, step, steps }) => told.push(done, step / steps),
    })
    expect(told).toEqual([1, 1, 2, 2, 3, 3].map((third) => expect.closeTo(third / 3)))
    const stop = new AbortController()
    const stopped = inpaint(painter(), pictureOf(size), hole, {
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })

  it('is the same again, and from program to program', async () => {
    const size = { width: 900, height: 500 }
    const picture = pictureOf(size)
    const hole = merged(
      disc(size, 50, 50, 5),
      disc(size, 350, 250, 60),
      disc(size, 650, 400, 30, true),
    )
    using filler = new HoleFiller(small, { device, seed: 2 })
    const first = await filler.fill(picture, hole)
    const second = await filler.fill(picture, hole)
    expect(second.pixels).toEqual(first.pixels)
    const other = await inpaint(small, picture, hole, { device, seed: 2 })
    expect(other.pixels).toEqual(first.pixels)
  })

  it('fades into what was there along the border of the hole', async () => {
    const size = { width: 60, height: 60 }
    const picture: Picture = { pixels: new Uint8Array(3600), ...size, channels: 1 }
    const hole = disc(size, 30, 30, 12, true)
    const white = new Map([...paint, ['bias', tensor([3], [1, 1, 1])] as const])
    const { pixels } = await inpaint(painter(), picture, hole, {
      device,
      weights: white,
      feather: 4,
    })
    const row = [...pixels.subarray(30 * 60 + 16, 30 * 60 + 24)]
    expect(row).toEqual([0, 0, 51, 102, 153, 204, 255, 255])
  })

  it('says so when the network gives no numbers', async () => {
    const size = { width: 30, height: 30 }
    const broken = new Map([...paint, ['bias', tensor([3], [0, Number.NaN, 0])] as const])
    const filled = inpaint(painter(), pictureOf(size), disc(size, 9, 9, 3), {
      device,
      weights: broken,
    })
    await expect(filled).rejects.toMatchObject({ code: 'numeric' })
  })

  it('needs a plan of its own hole', async () => {
    const size = { width: 90, height: 60 }
    const hole = disc(size, 20, 20, 6)
    using filler = new HoleFiller(painter(), { device, weights: paint })
    const settings = { strategy: 'crop', tile: 32, margin: 4 } as const
    const moved = filler.plan(size, disc(size, 70, 40, 6), settings)
    const wide = { width: 200, height: 60 }
    const ofWide = filler.plan(wide, disc(wide, 180, 40, 6), settings)
    for (const plan of [moved, ofWide]) {
      const filled = filler.fill(pictureOf(size), hole, { plan })
      await expect(filled).rejects.toThrow('the plan is of another hole')
    }
    const plan = filler.plan(size, hole, settings)
    await expect(filler.fill(pictureOf(size), hole, { plan })).resolves.toMatchObject({ plan })
  })

  it.each([
    [{ feather: -1 }, /feather.*blended over this[\s\S]*received: -1$/],
    [{ feather: Number.NaN }, /received: NaN$/],
    [{ feather: Number.POSITIVE_INFINITY }, /received: Infinity$/],
    [{ margin: -1 }, /received: \{"margin":-1,"tile":512,"longSide":1024\}$/],
  ])('refuses %o, and says what came', async (settings, message) => {
    const size = { width: 30, height: 30 }
    const filled = inpaint(painter(), pictureOf(size), disc(size, 9, 9, 3), {
      device,
      weights: paint,
      ...settings,
    })
    await expect(filled).rejects.toThrow(message)
  })

  it('ends with its filler, which gives back what it holds', async () => {
    const size = { width: 30, height: 30 }
    const filler = new HoleFiller(painter(), { device, weights: paint })
    const begun = filler.fill(pictureOf(size), disc(size, 9, 9, 3))
    filler.dispose()
    await expect(begun).rejects.toThrow('this filler of holes is disposed')
  })
})
