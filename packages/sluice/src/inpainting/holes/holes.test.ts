import { describe, expect, it } from 'vitest'
import { Random } from '../../foundation/random.ts'
import type { Picture } from '../fill/picture.ts'
import { countHole, drawPolygon, drawRectangle, resizeHole } from './drawHole.ts'
import { readHole } from './readHole.ts'

type Pixel = readonly number[]

/** A picture of one pixel where a hole is and of another elsewhere. */
function painted(hole: Uint8Array, width: number, inside: Pixel, outside: Pixel): Picture {
  const channels = inside.length as 1 | 2 | 3 | 4
  const pixels = new Uint8Array(hole.length * channels)
  for (const [i, mark] of hole.entries()) pixels.set(mark === 1 ? inside : outside, i * channels)
  return { pixels, width, height: hole.length / width, channels }
}

const width = 24
const height = 18
/** Strokes that cover less than half. */
function strokes(seed: number): Uint8Array {
  const random = new Random(seed, 'strokes')
  const hole = new Uint8Array(width * height)
  for (let i = 0; i < 1 + random.integer(3); i++) {
    const [x, y] = [random.integer(width), random.integer(height)]
    drawRectangle(
      hole,
      { width, height },
      { x, y, width: 1 + random.integer(7), height: 1 + random.integer(7) },
    )
  }
  return hole
}

describe('a mask is read', () => {
  const white: [string, Pixel, Pixel, 'colour' | 'alpha'][] = [
    ['white on black', [255], [0], 'colour'],
    ['128 against 127', [128, 128, 128], [127, 127, 127], 'colour'],
    ['white on black, opaque', [255, 255, 255, 255], [0, 0, 0, 255], 'colour'],
    ['alpha under one colour', [0, 0, 0, 255], [0, 0, 0, 0], 'alpha'],
    ['alpha under white', [255, 255, 255, 255], [255, 255, 255, 0], 'alpha'],
    ['red paint on nothing', [255, 0, 0, 255], [0, 0, 0, 0], 'alpha'],
    ['half-transparent paint on nothing', [20, 90, 200, 128], [0, 0, 0, 127], 'alpha'],
    ['grey with alpha', [0, 255], [0, 0], 'alpha'],
    ['transparent all over, white on black', [255, 255, 255, 0], [0, 0, 0, 0], 'colour'],
  ]
  it.each(white)('%s', (_name, inside, outside, from) => {
    for (let seed = 0; seed < 20; seed++) {
      const hole = strokes(seed)
      const reading = readHole(painted(hole, width, inside, outside))
      expect(reading).toMatchObject({ hole, from, turned: false })
    }
  })

  it('wherever it lies in memory, pixel by pixel as it says', () => {
    const random = new Random(5, 'places')
    for (let shift = 0; shift < 9; shift++) {
      for (const channels of [1, 3] as const) {
        const pixels = new Uint8Array(67 * 5 * channels + shift).subarray(shift)
        // Few marks far apart, and runs: what a search by words could miss.
        for (let i = 0; i < 6; i++) {
          const start = random.integer(pixels.length)
          pixels.fill(random.integer(256), start, start + 1 + random.integer(9))
        }
        const wanted = Array.from({ length: 67 * 5 }, (_, i) => {
          const [red = 0, green = red, blue = red] = pixels.subarray(
            i * channels,
            (i + 1) * channels,
          )
          return 0.299 * red + 0.587 * green + 0.114 * blue >= 127.5 ? 1 : 0
        })
        const mask = { pixels, width: 67, height: 5, channels }
        const { hole, count } = readHole(mask)
        expect([...hole]).toEqual(wanted)
        expect(count).toBe(wanted.filter((mark) => mark === 1).length)
        expect(countHole(hole)).toBe(count)
        const inverted = readHole(mask, { invert: true })
        expect([...inverted.hole]).toEqual(wanted.map((mark) => 1 - mark))
        expect(inverted.count).toBe(67 * 5 - count)
      }
    }
  })

  it('of 16 bits from half of full brightness', () => {
    const pixels = Uint16Array.of(32767, 32768, 65535, 0)
    expect([...readHole({ pixels, width: 4, height: 1, channels: 1 }).hole]).toEqual([0, 1, 1, 0])
  })

  it('with black and white paint on a transparent ground by its colours', () => {
    const hole = strokes(5)
    const mask = painted(hole, width, [255, 255, 255, 255], [0, 0, 0, 255])
    // A corner that is cut out.
    for (const i of [0, 1, width]) if (hole[i] === 0) mask.pixels.set([255, 255, 255, 0], i * 4)
    expect(readHole(mask)).toMatchObject({ from: 'colour' })
    expect(readHole(mask).hole).toEqual(hole)
  })

  it('of a photo with the hole cut out of it', () => {
    const hole = strokes(7)
    const mask = painted(hole, width, [0, 0, 0, 0], [120, 100, 80, 255])
    expect(readHole(mask)).toMatchObject({ hole, from: 'alpha', turned: true })
  })
})

describe('polarity', () => {
  it('is turned when white covers most of the picture and most of its border', () => {
    let turnedOnes = 0
    for (let seed = 0; seed < 200; seed++) {
      const hole = strokes(seed)
      const around = hole.map((mark) => 1 - mark)
      const share = around.reduce((sum, mark) => sum + mark, 0) / around.length
      const border = [...around].filter((_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)]
        return x === 0 || y === 0 || x === width - 1 || y === height - 1
      })
      const most = border.reduce((sum, mark) => sum + mark, 0) > border.length / 2
      const turned = share > 0.5 && share < 1 && most
      const reading = readHole(painted(around, width, [255], [0]))
      expect(reading.turned).toBe(turned)
      expect(reading.hole).toEqual(turned ? hole : around)
      if (turned) turnedOnes++
    }
    expect(turnedOnes).toBeGreaterThan(150)
  })

  it('stays when a large hole leaves the border, or a border leaves the middle', () => {
    const middle = new Uint8Array(width * height)
    drawRectangle(middle, { width, height }, { x: 1, y: 1, width: width - 2, height: height - 2 })
    expect(readHole(painted(middle, width, [255], [0]))).toMatchObject({
      hole: middle,
      turned: false,
    })
    const ring = middle.map((mark) => 1 - mark)
    expect(readHole(painted(ring, width, [255], [0]))).toMatchObject({ hole: ring, turned: false })
  })

  it('is as asked with invert, and as it is without detection', () => {
    const hole = strokes(11)
    const around = hole.map((mark) => 1 - mark)
    const mask = painted(around, width, [255], [0])
    expect(readHole(mask, { detect: false })).toMatchObject({ hole: around, turned: false })
    expect(readHole(mask, { invert: true })).toMatchObject({ hole, turned: false })
    expect(readHole(painted(hole, width, [255], [0]), { invert: true }).hole).toEqual(around)
  })

  it('of an empty or full mask is left alone', () => {
    const none = new Uint8Array(width * height)
    expect(readHole(painted(none, width, [255], [0]))).toMatchObject({ share: 0, turned: false })
    expect(
      readHole(
        painted(
          none.map(() => 1),
          width,
          [255],
          [0],
        ),
      ),
    ).toMatchObject({ share: 1, turned: false })
  })
})

describe('a hole is drawn', () => {
  const size = { width: 6, height: 4 }
  const rows = (hole: Uint8Array) =>
    Array.from({ length: 4 }, (_, y) => [...hole.subarray(y * 6, y * 6 + 6)].join(''))

  it('as a rectangle, cut at the borders', () => {
    const hole = new Uint8Array(24)
    expect(drawRectangle(hole, size, { x: 1, y: 1, width: 2, height: 2 })).toBe(4)
    expect(drawRectangle(hole, size, { x: 5, y: -3, width: 9, height: 4 })).toBe(1)
    expect(drawRectangle(hole, size, { x: 7, y: 1, width: 2, height: 2 })).toBe(0)
    expect(countHole(hole)).toBe(5)
    expect(rows(hole)).toEqual(['000001', '011000', '011000', '000000'])
  })

  it('as a polygon, even-odd', () => {
    const hole = new Uint8Array(24)
    drawPolygon(hole, size, [
      { x: 0, y: 0 },
      { x: 6, y: 0 },
      { x: 0, y: 4 },
    ])
    expect(rows(hole)).toEqual(['111110', '111100', '110000', '100000'])
    drawPolygon(hole, size, [{ x: 3, y: 3 }])
    expect(rows(hole)[3]).toBe('100000')
    expect(countHole(hole)).toBe(12)
  })

  it('at another size by the nearest pixel', () => {
    const hole = Uint8Array.of(1, 0, 0, 1)
    const large = resizeHole(hole, { width: 2, height: 2 }, { width: 4, height: 4 })
    expect([...large]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1])
    expect(resizeHole(large, { width: 4, height: 4 }, { width: 2, height: 2 })).toEqual(hole)
  })
})
