import { describe, expect, it } from 'vitest'
import { reference } from '../../../backends/reference/referenceDevice.ts'
import { tensor } from '../../../foundation/hostTensor.ts'
import { present } from '../../../foundation/invariant.ts'
import { GraphBuilder } from '../../graph/graphBuilder.ts'
import { compileGraph } from '../../runtime/compile.ts'
import { patchFill } from './patchFill.ts'
import { nothingAlike, type PatchFillAttributes } from './patchSteps.ts'

const usual: PatchFillAttributes = { patch: 5, rounds: 3, everywhere: 1, shade: 0.7, contrast: 1 }
const side = 24
const area = side * side

function graphOf(attributes: Partial<PatchFillAttributes>, size = side) {
  const builder = new GraphBuilder()
  const picture = builder.input('picture', [1, 1, size, size])
  const mask = builder.input('mask', [1, 1, size, size])
  const [filled, field] = builder.apply(
    patchFill,
    [picture, mask],
    { ...usual, ...attributes },
    'fill',
  )
  builder.output('filled', present(filled, 'filled'))
  builder.output('field', present(field, 'field'))
  return builder.finish()
}

/** Colours, how unlike, how undecided, rows and columns of what was found. */
async function fill(
  pictureAt: (x: number, y: number) => number,
  isHole: (x: number, y: number) => boolean,
  attributes: Partial<PatchFillAttributes> = {},
) {
  const at = (value: (x: number, y: number) => number) =>
    Float32Array.from({ length: area }, (_, i) => value(i % side, Math.floor(i / side)))
  const picture = at((x, y) => (isHole(x, y) ? 0 : pictureAt(x, y)))
  const mask = at((x, y) => (isHole(x, y) ? 1 : 0))
  using session = compileGraph(graphOf(attributes), { device: reference() })
  const given = (data: Float32Array) => tensor([1, 1, side, side], data)
  const { filled, field } = await session.run({ picture: given(picture), mask: given(mask) })
  const parts = (data: Float32Array | undefined, count: number) =>
    Array.from({ length: count }, (_, i) => present(data, 'output').slice(i * area, (i + 1) * area))
  return { colours: parts(filled?.data, 3), field: parts(field?.data, 2), truth: at(pictureAt) }
}

const middle = (x: number, y: number) => x >= 9 && x < 14 && y >= 9 && y < 14
const checks = (x: number, y: number) => (x % 3 === 0 ? 0.8 : -0.2) + (y % 2 === 0 ? 0.1 : -0.1)

describe('a hole filled with patches', () => {
  it('goes on with a texture, and says that it fits', async () => {
    const { colours, truth } = await fill(checks, middle, { rounds: 6, everywhere: 6 })
    const [filled = truth, unlike = truth] = colours
    filled.forEach((value, i) => {
      expect(value).toBeCloseTo(truth[i] ?? Number.NaN, 2)
    })
    expect(Math.max(...unlike)).toBeLessThan(0.02)
  })

  it('keeps the shade of the guess and takes the texture of the patch', async () => {
    // The guess is 0 everywhere in the hole, far from all that is known.
    const { colours, truth } = await fill(
      (x, y) => 5 + checks(x, y),
      (x) => x > 15,
      { shade: 1 },
    )
    const inside = [...(colours[0] ?? truth)].filter((_, i) => i % side > 18)
    expect(Math.max(...inside.map(Math.abs))).toBeLessThan(3)
  })

  it('leaves what is known, and the places of patches there', async () => {
    const { colours, field, truth } = await fill(checks, middle)
    const [rows = truth, columns = truth] = field
    for (let i = 0; i < area; i++) {
      const [x, y] = [i % side, Math.floor(i / side)]
      if (!middle(x, y)) expect(colours[0]?.[i]).toBe(truth[i])
      const touched = x >= 7 && x < 16 && y >= 7 && y < 16
      expect([rows[i], columns[i]].join() === [y, x].join()).toBe(!touched)
    }
  })

  it('leaves the guess where nothing is known, and says so', async () => {
    const { colours } = await fill(checks, (x, y) => (x + y) % 4 === 0)
    for (let i = 0; i < area; i++) {
      const hole = ((i % side) + Math.floor(i / side)) % 4 === 0
      if (hole) expect([colours[0]?.[i], colours[1]?.[i]]).toEqual([0, nothingAlike])
    }
  })

  it.each([
    { patch: 4 },
    { patch: 25 },
    { patch: -1 },
    { rounds: 0 },
    { rounds: 1.5 },
    { everywhere: -1 },
    { shade: 1.1 },
    { contrast: Number.NaN },
    { everywhere: 0 },
  ])('refuses %o', (attributes) => {
    expect(() => graphOf(attributes)).toThrow(/no such search|number of inputs/)
  })
})
