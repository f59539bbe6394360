import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasm } from '../../backends/wasm/wasmDevice.ts'
import type { Device } from '../../engine/device/device.ts'
import { disc, merged, painter, pictureOf, small } from './fill.test.support.ts'
import { HoleFiller } from './holeFiller.ts'
import { inpaint } from './inpaint.ts'

let device: Device
beforeAll(async () => {
  device = await wasm({ threads: 1 })
})
afterAll(async () => {
  await device.dispose()
})

describe('a plan', () => {
  const size = { width: 2000, height: 1500 }
  const hole = disc(size, 1900, 750, 60)

  it('says what will be run and what it takes, before anything is', () => {
    using filler = new HoleFiller(small, { device })
    const plan = filler.plan(size, hole)
    // Wider than the network sees well: scaled down for it, or guessed first and then done in parts.
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['first'])
    expect(plan.steps[0]?.seen.width).toBeLessThan(plan.steps[0]?.crop.width ?? 0)
    expect(plan.why).toMatch(/scaled down/)
    const wide = filler.plan(size, disc(size, 1000, 750, 100))
    expect(wide.steps.map(({ kind }) => kind)).toEqual(['coarse', ...Array(25).fill('refine')])
    expect(wide.why).toMatch(/25 parts at full size, first guessed/)
    expect(plan.networkBytes).toBeGreaterThan(100_000)
    using seeing = new HoleFiller(painter(), { device })
    const [step, ...more] = seeing.plan(size, hole).steps
    expect(more).toEqual([])
    // Shifted inwards at the border, not cut.
    expect(step?.crop).toEqual({ left: 1744, top: 622, width: 256, height: 256 })
    expect(
      seeing.plan({ width: 300, height: 200 }, disc({ width: 300, height: 200 }, 9, 9, 5)),
    ).toMatchObject({
      strategy: 'original',
    })
  })

  it('takes holes that are near one another as one, and far ones apart', () => {
    using filler = new HoleFiller(painter(), { device })
    const near = merged(disc(size, 500, 500, 5), disc(size, 540, 500, 5))
    expect(filler.plan(size, near).steps).toHaveLength(1)
    const far = merged(disc(size, 500, 500, 5), disc(size, 1500, 1200, 5))
    const { steps } = filler.plan(size, far)
    expect(steps.map(({ seen }) => seen)).toEqual([
      { width: 192, height: 192 },
      { width: 192, height: 192 },
    ])
  })

  it('keeps to a limit on memory by smaller crops, and says so when it cannot', () => {
    const large = disc(size, 1000, 1000, 150)
    using free = new HoleFiller(painter(), { device })
    const bytes = free.plan(size, large).networkBytes
    using bound = new HoleFiller(painter(), { device, memoryLimit: bytes / 3 })
    const plan = bound.plan(size, large)
    expect(plan.networkBytes).toBeLessThanOrEqual(bytes / 3)
    expect(plan.why).toMatch(/memory is limited/)
    using tight = new HoleFiller(painter(), { device, memoryLimit: 1000 })
    expect(() => tight.plan(size, large)).toThrow(/does not fit[\s\S]*more memory/)
    expect(() => bound.plan(size, large, { strategy: 'original' })).toThrow(/strategy crop/)
  })

  it('shows as wide a margin as is asked for, around no smaller parts', () => {
    const one = disc(size, 1000, 750, 150)
    using free = new HoleFiller(painter(), { device })
    for (const margin of [64, 200, 256, 500, 1024]) {
      const plan = free.plan(size, one, { margin })
      expect(plan.why).toBe('crop: 1 part at full size')
      expect(plan.steps[0]?.crop.width).toBeGreaterThanOrEqual(Math.min(2000, 301 + 2 * margin))
    }
    const narrow = free.plan(size, one, { margin: 64 }).networkBytes
    using bound = new HoleFiller(painter(), { device, memoryLimit: 2 * narrow })
    const plan = bound.plan(size, one, { margin: 500 })
    expect(plan.networkBytes).toBeLessThanOrEqual(2 * narrow)
    expect(plan.why).toMatch(
      /^crop: 1 part at full size.*with a margin of \d+ as memory is limited/,
    )
  })

  it('recommends crops only where they would fit', () => {
    const one = disc(size, 1000, 750, 50)
    using tight = new HoleFiller(painter(), { device, memoryLimit: 1000 })
    for (const strategy of ['resize', 'original', 'crop'] as const) {
      expect(() => tight.plan(size, one, { strategy })).toThrow(/smaller network/)
    }
    const little = { width: 300, height: 200 }
    expect(() => tight.plan(little, disc(little, 9, 9, 5))).toThrow(/smaller network/)
  })

  it('is empty without a hole, and refused when all is hole', async () => {
    const little = { width: 20, height: 10 }
    const picture = pictureOf(little)
    using filler = new HoleFiller(small, { device })
    const filled = await filler.fill(picture, new Uint8Array(200))
    expect(filled.pixels).toEqual(picture.pixels)
    await expect(filler.fill(picture, new Uint8Array(200).fill(1))).rejects.toThrow(/whole picture/)
  })

  it('refuses what does not fit together', async () => {
    const picture = pictureOf({ width: 20, height: 10 })
    const options = { device }
    await expect(inpaint(small, picture, new Uint8Array(7), options)).rejects.toThrow(/7 bytes/)
    const short = { ...picture, width: 21 }
    await expect(inpaint(small, short, new Uint8Array(210), options)).rejects.toThrow(/samples/)
    const hole = disc(picture, 3, 3, 2)
    await expect(inpaint(small, picture, hole, { device, tile: 1 })).rejects.toThrow(
      /cannot be filled like this/,
    )
  })
})
