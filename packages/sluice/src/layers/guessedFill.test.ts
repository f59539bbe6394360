import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { compile } from '../engine/runtime/compile.ts'
import { tensor } from '../foundation/hostTensor.ts'
import { conv2d } from './conv.ts'
import { guessChannels, guessedFill } from './guessedFill.ts'

const { seen, made } = guessChannels(1)
/** Eight lines, the stiff fill and what is copied. */
const shut = new Array<number>(10).fill(-30)
const open = (gate: number) => shut.map((sum, i) => (i === gate ? 30 : sum))

/** Fills smoothly, and adds what guesses of open gates say, and a number. */
async function fill(
  size: readonly [number, number],
  pictureAt: (x: number, y: number) => number,
  isHole: (x: number, y: number) => boolean,
  added = 0,
  gates = shut,
): Promise<Float32Array> {
  const [height, width] = size
  const area = height * width
  const input = new Float32Array(2 * area)
  for (let i = 0; i < area; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const hole = isHole(x, y)
    input[i] = hole ? 99 : pictureAt(x, y)
    input[area + i] = hole ? 1 : 0
  }
  const weights = new Map([
    ['body.weight', tensor([made, seen, 1, 1])],
    ['body.bias', tensor([made], [...gates, added])],
    ['sum.weight', tensor([1, 9, 1, 1], new Array<number>(9).fill(1))],
  ])
  const model = guessedFill(conv2d(seen, made, { kernelSize: 1 }))
  using session = compile(model, { device: reference(), input: [1, 2, height, width], weights })
  const { output } = await session.run({ input: tensor([1, 2, height, width], input) })
  return output?.data ?? new Float32Array()
}

const middle = (x: number, y: number) => x >= 5 && x < 12 && y >= 4 && y < 12

describe('a fill by guesses', () => {
  it('leaves known pixels as they are, whatever is added', async () => {
    const output = await fill([16, 17], (x, y) => Math.sin(x * y), middle, 5)
    output.forEach((value, i) => {
      const [x, y] = [i % 17, Math.floor(i / 17)]
      if (!middle(x, y)) expect(value).toBe(Math.fround(Math.sin(x * y)))
    })
  })

  it('never looks at what the picture holds in the hole', async () => {
    const output = await fill([16, 16], () => 0.5, middle)
    for (const value of output) expect(value).toBeCloseTo(0.5, 5)
  })

  it('continues a slope through the hole, as a harmonic function does', async () => {
    const slope = (x: number, y: number) => 0.04 * x - 0.02 * y
    const output = await fill([16, 17], slope, middle)
    output.forEach((value, i) => {
      expect(Math.abs(value - slope(i % 17, Math.floor(i / 17)))).toBeLessThan(0.025)
    })
  })

  it('stays between the smallest and largest values around', async () => {
    const stripes = (x: number) => (x % 2 === 0 ? -1 : 1)
    const output = await fill([13, 19], stripes, (x, y) => (x * 7 + y * 5) % 3 > 0)
    for (const value of output) expect(Math.abs(value)).toBeLessThanOrEqual(1)
  })

  it('adds inside the hole only', async () => {
    const output = await fill(
      [8, 8],
      () => 0.25,
      (x) => x > 3,
      0.5,
    )
    output.forEach((value, i) => {
      expect(value).toBeCloseTo(i % 8 > 3 ? 0.75 : 0.25, 5)
    })
  })

  it.each([
    [1, 1],
    [1, 9],
    [7, 1],
    [3, 5],
  ])('takes pictures of %i × %i', async (height, width) => {
    const output = await fill(
      [height, width],
      () => 0.5,
      (x, y) => (x + y) % 2 === 1,
    )
    for (const value of output) expect(value).toBeCloseTo(0.5, 5)
  })

  it('fills a picture of nothing but hole with zeros', async () => {
    for (const value of await fill(
      [6, 6],
      () => 1,
      () => true,
    ))
      expect(value).toBe(0)
  })

  it('continues an edge along the line whose gate is open', async () => {
    const edge = (_x: number, y: number) => (y < 8 ? -1 : 1)
    const hole = (x: number, y: number) => x >= 4 && x < 14 && y >= 2 && y < 14
    // Nothing but lines to the right and left, gates wide open: all that the smooth fill lacks.
    const along = await fill([16, 18], edge, hole, 0, open(0))
    along.forEach((value, i) => {
      const y = Math.floor(i / 18)
      if (y < 7 || y > 8) expect(Math.abs(value - edge(0, y))).toBeLessThan(0.12)
    })
    const smooth = await fill([16, 18], edge, hole)
    expect(Math.abs(smooth[6 * 18 + 9] ?? 0)).toBeLessThan(0.7)
  })

  it('goes on with the slopes around the hole when the gate of the stiff fill is open', async () => {
    const bowl = (x: number, y: number) => ((x - 15.5) ** 2 + (y - 15.5) ** 2) / 256 - 1
    const hole = (x: number, y: number) => Math.hypot(x - 15.5, y - 15.5) < 9
    const errorOf = (filled: Float32Array) =>
      filled.reduce((sum, value, i) => sum + (value - bowl(i % 32, Math.floor(i / 32))) ** 2, 0)
    const smooth = errorOf(await fill([32, 32], bowl, hole))
    const stiff = errorOf(await fill([32, 32], bowl, hole, 0, open(8)))
    expect(stiff).toBeLessThan(smooth / 3)
  })

  it('goes on with a texture when the gate of what is copied is open', async () => {
    const texture = (x: number, y: number) => (x % 4 < 2 ? -0.5 : 0.5) + (y % 6 < 3 ? 0.3 : 0)
    const hole = (x: number, y: number) => x >= 20 && x < 40 && y >= 18 && y < 42
    const errorOf = (filled: Float32Array) =>
      filled.reduce((sum, v, i) => sum + (v - texture(i % 64, Math.floor(i / 64))) ** 2, 0)
    const smooth = errorOf(await fill([60, 64], texture, hole))
    expect(errorOf(await fill([60, 64], texture, hole, 0, open(9)))).toBeLessThan(smooth / 5)
  })

  it('refuses a module that changes the size', () => {
    const model = guessedFill(conv2d(seen, made, { kernelSize: 3 }))
    expect(() => compile(model, { device: reference(), input: [1, 2, 8, 8] })).toThrow(
      /does not make gates and a colour/,
    )
  })
})
