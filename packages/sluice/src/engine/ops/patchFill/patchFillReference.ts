import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import {
  factsOfPatches,
  jumps,
  neighbours,
  nothingAlike,
  type PatchFillAttributes,
  shifts,
} from './patchSteps.ts'

/** One picture while it is filled. */
interface Canvas {
  readonly channels: number
  readonly height: number
  readonly width: number
  /** `[C, H, W]` */
  readonly pixels: Float64Array
  readonly holes: Float64Array
  /** Half a patch. */
  readonly reach: number
  readonly shade: number
  readonly contrast: number
}

/** What was found for the patch around each place, its squared difference, and what to add to its pixels. */
interface Finds {
  readonly centres: Int32Array
  readonly distances: Float64Array
  /** `[C, H, W]` */
  readonly offsets: Float64Array
}

/** A filled pixel, and what is told of it. */
interface Pasted {
  readonly colour: readonly number[]
  readonly facts: readonly [unlike: number, undecided: number]
}

/** `patchFill` as it is defined, in double precision. */
export const patchFillReference: OpDefinition<PatchFillAttributes>['reference'] = (
  [picture, mask, coarse],
  [filled, field],
  { patch, rounds, everywhere, shade, contrast },
) => {
  const { shape, data } = present(picture, 'picture')
  const [batch = 1, channels = 1, height = 1, width = 1] = shape
  const area = height * width
  const part = (values: Float64Array, item: number, count: number) =>
    values.subarray(item * count * area, (item + 1) * count * area)
  for (let item = 0; item < batch; item++) {
    const pixels = part(data, item, channels).slice()
    const holes = part(present(mask, 'mask').data, item, 1)
    const reach = (patch - 1) / 2
    const canvas = { channels, height, width, pixels, holes, reach, shade, contrast }
    const quarter = Math.ceil(height / 2) * Math.ceil(width / 2)
    const start =
      everywhere === 0
        ? seeds(
            canvas,
            present(coarse, 'field').data.slice(2 * item * quarter, 2 * (item + 1) * quarter),
          )
        : undefined
    const finds = searched(canvas, { rounds, everywhere }, start)
    const { centres } = finds
    const [colours, places] = [present(filled, 'output').data, present(field, 'field').data]
    for (let at = 0; at < area; at++) {
      places[2 * item * area + at] = Math.floor((centres[at] as number) / width)
      places[(2 * item + 1) * area + at] = (centres[at] as number) % width
      const write = (channel: number, value: number) => {
        colours[(item * (channels + factsOfPatches) + channel) * area + at] = value
      }
      for (let c = 0; c < channels; c++) write(c, pixels[c * area + at] as number)
      const facts = isHole(canvas, at) ? pastedAt(canvas, at, finds).facts : [0, 0]
      facts.forEach((fact, i) => {
        write(channels + i, fact)
      })
    }
  }
}

/** Looks for patches and pastes them, some rounds; the canvas is filled, and the last finds come back. */
function searched(
  canvas: Canvas,
  { rounds, everywhere }: Pick<PatchFillAttributes, 'rounds' | 'everywhere'>,
  start: Int32Array | undefined,
): Finds {
  const { height, width, channels, pixels, contrast } = canvas
  const area = height * width
  const places = Array.from({ length: area }, (_, at) => at)
  const known = places.filter((at) => isSource(canvas, at))
  let finds: Finds = {
    centres: start ?? Int32Array.from(places),
    distances: new Float64Array(area),
    offsets: new Float64Array(0),
  }
  for (let round = 0; round < rounds; round++) {
    const centres = Int32Array.from(places)
    const distances = new Float64Array(area)
    const offsets = new Float64Array(channels * area)
    for (const at of places) {
      if (!isCentre(canvas, at) || isSource(canvas, at)) continue
      const candidates = round < everywhere ? known : candidatesNear(canvas, finds.centres, at)
      let best = Number.POSITIVE_INFINITY
      for (const candidate of candidates) {
        const distance = difference(canvas, at, candidate)
        if (!(distance < best)) continue
        best = distance
        centres[at] = candidate
      }
      distances[at] = best
      for (let c = 0; c < channels; c++) {
        const there = meanAround(canvas, c, centres[at] as number)
        offsets[c * area + at] = meanAround(canvas, c, at) - contrast * there
      }
    }
    finds = { centres, distances, offsets }
    for (const at of places) {
      if (!isHole(canvas, at)) continue
      const { colour } = pastedAt(canvas, at, finds)
      for (let c = 0; c < channels; c++) pixels[c * area + at] = colour[c] as number
    }
  }
  return finds
}

/** The finds of half the size, at twice the distance. */
function seeds({ height, width, reach }: Canvas, coarse: Float64Array): Int32Array {
  const smallWidth = Math.ceil(width / 2)
  const smallArea = Math.ceil(height / 2) * smallWidth
  return Int32Array.from({ length: height * width }, (_, at) => {
    const [y, x] = [Math.floor(at / width), at % width]
    const cell = (y >> 1) * smallWidth + (x >> 1)
    const row = within(2 * (coarse[cell] as number) + (y & 1), reach, height)
    return row * width + within(2 * (coarse[smallArea + cell] as number) + (x & 1), reach, width)
  })
}

/** The nearest coordinate at which a patch lies inside. */
function within(value: number, reach: number, size: number): number {
  return Math.max(reach, Math.min(size - 1 - reach, value))
}

/** Known patches that may be like the one here, in the order in which they are tried. */
function candidatesNear(canvas: Canvas, centres: Int32Array, at: number): number[] {
  const { height, width, reach } = canvas
  const [y, x] = [Math.floor(at / width), at % width]
  const own = centres[at] as number
  const candidates: number[] = []
  const tryAt = (row: number, column: number) => {
    const inside = row >= 0 && row < height && column >= 0 && column < width
    if (inside && isSource(canvas, row * width + column)) candidates.push(row * width + column)
  }
  const [row, column] = [Math.floor(own / width), own % width]
  tryAt(row, column)
  for (const [down, right] of neighbours) {
    const [ny, nx] = [within(y + down, reach, height), within(x + right, reach, width)]
    const find = centres[ny * width + nx] as number
    tryAt(Math.floor(find / width) + y - ny, (find % width) + x - nx)
  }
  for (const [down, right] of shifts) tryAt(row + down, column + right)
  const patch = 2 * reach + 1
  for (const [down, right] of jumps) tryAt(y + down * patch, x + right * patch)
  return candidates
}

/** What the patches over a pixel would have it be; itself where none of them has found anything. */
function pastedAt(canvas: Canvas, at: number, { centres, distances, offsets }: Finds): Pasted {
  const { channels, height, width, pixels, reach, contrast } = canvas
  const area = height * width
  const [y, x] = [Math.floor(at / width), at % width]
  const votes: number[][] = []
  let distance = 0
  for (let row = y - reach; row <= y + reach; row++) {
    for (let column = x - reach; column <= x + reach; column++) {
      const centre = row * width + column
      const inside = row >= 0 && row < height && column >= 0 && column < width
      if (!inside || !isCentre(canvas, centre) || centres[centre] === centre) continue
      const source = (centres[centre] as number) + at - centre
      const colourOf = (_: unknown, c: number) =>
        contrast * (pixels[c * area + source] as number) + (offsets[c * area + centre] as number)
      votes.push(Array.from({ length: channels }, colourOf))
      distance += distances[centre] as number
    }
  }
  const each = Array.from({ length: channels }, (_, c) => c)
  if (votes.length === 0) {
    return { colour: each.map((c) => pixels[c * area + at] as number), facts: [nothingAlike, 0] }
  }
  const total = (of: (vote: number[], c: number) => number, c: number) =>
    votes.reduce((sum, vote) => sum + of(vote, c), 0)
  const colour = each.map((c) => total((vote) => vote[c] as number, c) / votes.length)
  const apart = (vote: number[], c: number) => ((vote[c] as number) - (colour[c] as number)) ** 2
  const variance = each.reduce((sum, c) => sum + total(apart, c), 0)
  const values = votes.length * channels
  return {
    colour,
    facts: [Math.sqrt(distance / values) / (2 * reach + 1), Math.sqrt(variance / values)],
  }
}

/** Sum of squared differences of two patches, less what of it their means explain and `shade` overlooks. */
function difference(canvas: Canvas, a: number, b: number): number {
  const { channels, height, width, pixels, reach, shade } = canvas
  const overlooked = shade * (2 - shade)
  const count = (2 * reach + 1) ** 2
  let distance = 0
  for (let c = 0; c < channels; c++) {
    let sum = 0
    let squares = 0
    for (const step of stepsAround(width, reach)) {
      const at = c * height * width + step
      const apart = (pixels[a + at] as number) - (pixels[b + at] as number)
      sum += apart
      squares += apart ** 2
    }
    distance += squares - (overlooked * sum ** 2) / count
  }
  return Math.max(0, distance)
}

function meanAround({ height, width, pixels, reach }: Canvas, channel: number, at: number): number {
  const steps = stepsAround(width, reach)
  const place = channel * height * width + at
  return steps.reduce((sum, step) => sum + (pixels[place + step] as number), 0) / steps.length
}

/** From the centre of a patch to each of its pixels. */
function stepsAround(width: number, reach: number): number[] {
  const side = 2 * reach + 1
  return Array.from({ length: side * side }, (_, i) => {
    return (Math.floor(i / side) - reach) * width + (i % side) - reach
  })
}

function isHole({ holes }: Canvas, at: number): boolean {
  return (holes[at] as number) > 0.5
}

/** Whether a patch around a place lies inside the picture. */
function isCentre({ height, width, reach }: Canvas, at: number): boolean {
  const [y, x] = [Math.floor(at / width), at % width]
  return y >= reach && y < height - reach && x >= reach && x < width - reach
}

/** Whether all of the patch around a place is known. */
function isSource(canvas: Canvas, at: number): boolean {
  const { width, reach } = canvas
  if (!isCentre(canvas, at)) return false
  return stepsAround(width, reach).every((step) => !isHole(canvas, at + step))
}
