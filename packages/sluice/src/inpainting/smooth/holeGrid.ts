import { SluiceError } from '../../foundation/errors.ts'
import type { Mask } from '../masks/mask.ts'

/** A picture of numbers, `[channels, height, width]` row-major, on any scale. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Float32Array
}

/**
 * The pixels of a hole and who is next to whom. Pictures end without a neighbour there: what is filled
 * meets the border at a right angle.
 */
export interface HoleGrid {
  /** Pixels of the hole, row by row. */
  readonly pixels: Int32Array
  /** Four places for each of them: pixels to the left, right, above and below, or −1. */
  readonly neighbours: Int32Array
}

/** @throws SluiceError `shape` when mask and picture differ in size, `data` when nothing is known */
export function holeGrid({ width, height, channels, data }: Plane, mask: Mask): HoleGrid {
  const area = width * height
  if (mask.width !== width || mask.height !== height || data.length !== channels * area) {
    throw new SluiceError('shape', 'picture and mask differ in size', {
      where: 'filling smoothly',
      expected: `${width} × ${height} pixels of ${channels} channels, and a mask as large`,
      received: `${data.length} values, and a mask of ${mask.width} × ${mask.height}`,
    })
  }
  const pixels = new Int32Array(mask.pixels.reduce((sum, hole) => sum + (hole === 0 ? 0 : 1), 0))
  if (pixels.length === area) {
    throw new SluiceError('data', 'the mask covers the whole picture', {
      where: 'filling smoothly',
      fix: 'leave some pixels from which the rest may follow',
    })
  }
  let count = 0
  for (let i = 0; i < area; i++) if (mask.pixels[i] !== 0) pixels[count++] = i
  const neighbours = new Int32Array(4 * count)
  pixels.forEach((at, i) => {
    const x = at % width
    neighbours[4 * i] = x > 0 ? at - 1 : -1
    neighbours[4 * i + 1] = x < width - 1 ? at + 1 : -1
    neighbours[4 * i + 2] = at >= width ? at - width : -1
    neighbours[4 * i + 3] = at < area - width ? at + width : -1
  })
  return { pixels, neighbours }
}
