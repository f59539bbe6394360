import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import type { PictureRecipe, PictureWindow } from './pictureRecipe.ts'

/** A photograph in memory: 8-bit RGB, row-major `[height, width, 3]`. */
export interface RgbPhoto {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/**
 * Makes a training picture `[3, size, size]`, values from −1 to 1, of a photograph. Windows are scaled by the
 * mean of the pixels (and parts of pixels) that each new one covers.
 * @throws SluiceError `usage` for a window that hangs over the photograph's edge
 */
export function makePicture(photo: RgbPhoto, recipe: PictureRecipe, size: number): Float32Array {
  const pictures = recipe.windows.map((window) => cutOut(photo, window, size))
  const details = pictures.map((picture) => detailOf(picture, size))
  const best = details.indexOf(Math.max(...details))
  return finished(present(pictures[best], 'picture'), recipe, size)
}

/** The window at its new size, `[3, size, size]`, still from 0 to 255. */
function cutOut(photo: RgbPhoto, window: PictureWindow, size: number): Float32Array {
  const { left, top, side } = window
  const inside = left >= 0 && top >= 0 && left + side <= photo.width && top + side <= photo.height
  if (!inside || side < 1) {
    throw new SluiceError('usage', 'the window is no part of the photograph', {
      expected: `inside of ${photo.width} × ${photo.height}`,
      received: `${side} × ${side} at ${left}, ${top}`,
    })
  }
  const taps = areaTaps(side, size)
  const area = size * size
  // Columns first, row by row of the window; then rows.
  const narrow = new Float32Array(side * size * 3)
  for (let y = 0; y < side; y++) {
    const row = ((top + y) * photo.width + left) * 3
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let tap = taps.start[x] as number; tap < (taps.start[x + 1] as number); tap++) {
          const from = row + (taps.index[tap] as number) * 3 + c
          sum += (taps.weight[tap] as number) * (photo.data[from] as number)
        }
        narrow[(y * size + x) * 3 + c] = sum
      }
    }
  }
  const picture = new Float32Array(3 * area)
  for (let y = 0; y < size; y++) {
    for (let tap = taps.start[y] as number; tap < (taps.start[y + 1] as number); tap++) {
      const row = (taps.index[tap] as number) * size * 3
      const weight = taps.weight[tap] as number
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < 3; c++) {
          const at = c * area + y * size + x
          picture[at] = (picture[at] as number) + weight * (narrow[row + x * 3 + c] as number)
        }
      }
    }
  }
  return picture
}

/** For every new pixel which old ones it covers, and how much of the mean each is. */
function areaTaps(from: number, to: number) {
  const index: number[] = []
  const weight: number[] = []
  const start = [0]
  const step = from / to
  for (let i = 0; i < to; i++) {
    if (step <= 1) {
      index.push(Math.min(from - 1, Math.floor((i + 0.5) * step)))
      weight.push(1)
    } else {
      const end = (i + 1) * step
      for (let at = Math.floor(i * step); at < Math.min(from, Math.ceil(end - 1e-9)); at++) {
        index.push(at)
        weight.push((Math.min(at + 1, end) - Math.max(at, i * step)) / step)
      }
    }
    start.push(index.length)
  }
  return { index, weight, start }
}

/** How much green changes from pixel to pixel. */
function detailOf(picture: Float32Array, size: number): number {
  const area = size * size
  let sum = 0
  for (let at = area; at < 2 * area - 1; at++) {
    if ((at + 1) % size !== 0) {
      sum += Math.abs((picture[at] as number) - (picture[at + 1] as number))
    }
  }
  return sum
}

/** Turned, coloured, and from −1 to 1. */
function finished(picture: Float32Array, recipe: PictureRecipe, size: number): Float32Array {
  const { mirror, flip, turn, gain, offsets, colours, grey } = recipe
  const area = size * size
  const made = new Float32Array(3 * area)
  const sample = (colour: number, at: number) => picture[colour * area + at] as number
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const column = mirror ? size - 1 - x : x
      const row = flip ? size - 1 - y : y
      const from = turn ? column * size + row : row * size + column
      const luma = grey
        ? 0.3 * sample(0, from) + 0.59 * sample(1, from) + 0.11 * sample(2, from)
        : 0
      for (let c = 0; c < 3; c++) {
        const value = grey ? luma : sample(colours[c] as number, from)
        const toned = (value / 127.5 - 1) * gain + (offsets[grey ? 0 : c] as number)
        made[c * area + y * size + x] = Math.max(-1, Math.min(1, toned))
      }
    }
  }
  return made
}
