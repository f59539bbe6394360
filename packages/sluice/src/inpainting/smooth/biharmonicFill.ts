import type { Mask } from '../masks/mask.ts'
import { harmonicFill, rangeOf, type SmoothFillOptions } from './harmonicFill.ts'
import { holeGrid, type Plane } from './holeGrid.ts'

/**
 * Fills a hole with the smoothest continuation of values and slopes around it: the sum of squared
 * Laplacians, over the hole and the pixels next to it, is least (Chui and Mhaskar, "MRA contextual-
 * recovery extension of smooth functions on manifolds", 2010, use its solution for inpainting). By
 * conjugate gradients from the harmonic fill.
 * @throws SluiceError `shape` when mask and picture differ in size, `data` when nothing is known
 */
export function biharmonicFill(picture: Plane, mask: Mask, options: SmoothFillOptions = {}): Plane {
  const { tolerance = 1e-4, mostSweeps = 2000 } = options
  const filled = harmonicFill(picture, mask)
  const area = picture.width * picture.height
  const bending = new Bending(picture, mask)
  for (let channel = 0; channel < picture.channels; channel++) {
    const values = filled.data.subarray(channel * area, (channel + 1) * area)
    descend(bending, values, tolerance * rangeOf(values), mostSweeps)
  }
  return filled
}

/** The squared Laplacian as a linear map of the hole's pixels. */
class Bending {
  readonly pixels: Int32Array
  private readonly neighbours: Int32Array
  /** Where Laplacians are counted: the hole and what is next to it, with their neighbours. */
  private readonly rows: Int32Array
  private readonly rowNeighbours: Int32Array
  private readonly laplacians: Float64Array

  constructor(picture: Plane, mask: Mask) {
    const { pixels, neighbours } = holeGrid(picture, mask)
    const wider = Uint8Array.from(mask.pixels)
    for (const at of neighbours) if (at >= 0) wider[at] = 1
    const every = wider.every((inside) => inside === 1)
    // A hole's surroundings may be all that is left: then every pixel is a row, and none is known.
    if (every) wider[0] = 0
    const grid = holeGrid(picture, { ...mask, pixels: wider })
    this.pixels = pixels
    this.neighbours = neighbours
    this.rows = grid.pixels
    this.rowNeighbours = grid.neighbours
    this.laplacians = new Float64Array(picture.width * picture.height)
  }

  /** Half the gradient of the sum of squares, for values of the whole picture, at the hole's pixels. */
  gradient(values: ArrayLike<number>, into: Float64Array): void {
    const { pixels, neighbours, rows, rowNeighbours, laplacians } = this
    for (let i = 0; i < rows.length; i++) {
      const at = rows[i] as number
      const own = values[at] as number
      let sum = 0
      for (let n = 4 * i; n < 4 * i + 4; n++) {
        const next = rowNeighbours[n] as number
        if (next >= 0) sum += (values[next] as number) - own
      }
      laplacians[at] = sum
    }
    for (let i = 0; i < pixels.length; i++) {
      const own = laplacians[pixels[i] as number] as number
      let sum = 0
      for (let n = 4 * i; n < 4 * i + 4; n++) {
        const next = neighbours[n] as number
        if (next >= 0) sum += (laplacians[next] as number) - own
      }
      into[i] = sum
    }
  }
}

/** Small steps in a row after which nothing more is expected: single ones are small by chance. */
const smallSteps = 8

/** Conjugate gradients (Hestenes and Stiefel 1952) until steps change less than `enough` anywhere. */
function descend(bending: Bending, values: Float32Array, enough: number, mostSteps: number): void {
  const { pixels } = bending
  const rest = new Float64Array(pixels.length)
  bending.gradient(values, rest)
  for (let i = 0; i < rest.length; i++) rest[i] = -(rest[i] as number)
  const direction = Float64Array.from(rest)
  const solution = Float64Array.from(pixels, (at) => values[at] as number)
  const wide = new Float64Array(values.length)
  const image = new Float64Array(pixels.length)
  let square = dot(rest, rest)
  let small = 0
  for (let step = 0; step < mostSteps && square > 0; step++) {
    for (let i = 0; i < pixels.length; i++) wide[pixels[i] as number] = direction[i] as number
    bending.gradient(wide, image)
    const length = square / dot(direction, image)
    let largest = 0
    for (let i = 0; i < rest.length; i++) {
      const change = length * (direction[i] as number)
      solution[i] = (solution[i] as number) + change
      rest[i] = (rest[i] as number) - length * (image[i] as number)
      largest = Math.max(largest, Math.abs(change))
    }
    small = largest <= enough ? small + 1 : 0
    if (small === smallSteps) break
    const before = square
    square = dot(rest, rest)
    for (let i = 0; i < rest.length; i++) {
      direction[i] = (rest[i] as number) + (square / before) * (direction[i] as number)
    }
  }
  pixels.forEach((at, i) => {
    values[at] = solution[i] as number
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
