import { SluiceError } from '../../foundation/errors.ts'

/** Samples of a picture: 8 bits each as canvases and files give them, or 16. */
export type Samples = Uint8Array | Uint8ClampedArray | Uint16Array

/** A picture in memory, row-major `[height, width, channels]`. */
export interface Picture<S extends Samples = Samples> {
  readonly pixels: S
  readonly width: number
  readonly height: number
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** A part of a picture, in its pixels. */
export interface Box extends Size {
  readonly left: number
  readonly top: number
}

/** The value of a sample that is as bright as can be. */
export function brightest(pixels: Samples): number {
  return pixels instanceof Uint16Array ? 65535 : 255
}

/**
 * Refuses a picture whose samples do not fit its sizes.
 * @throws SluiceError `shape`
 */
export function checkPicture({ pixels, width, height, channels }: Picture): void {
  const sizes = [width, height, channels]
  const count = width * height * channels
  const counted = sizes.every((size) => Number.isSafeInteger(size) && size >= 1) && channels <= 4
  if (counted && pixels.length === count) return
  throw new SluiceError('shape', 'the picture does not have as many samples as it should', {
    where: 'inpaint',
    expected: `height × width × channels, at least one pixel, 1 to 4 channels`,
    received: `${height} × ${width} × ${channels}, ${pixels.length} samples`,
  })
}

/**
 * Refuses a hole that is not of a picture's size.
 * @throws SluiceError `shape`
 */
export function checkHole(hole: Uint8Array, { width, height }: Size): void {
  if (hole.length === width * height) return
  throw new SluiceError('shape', 'the hole is not of the size of the picture', {
    where: 'inpaint',
    expected: `${width} × ${height} = ${width * height} bytes, one a pixel, 0 outside the hole`,
    received: `${hole.length} bytes`,
  })
}

/** Where two boxes overlap; its sizes are 0 or less where they do not. */
export function overlap(a: Box, b: Box): Box {
  const left = Math.max(a.left, b.left)
  const top = Math.max(a.top, b.top)
  const right = Math.min(a.left + a.width, b.left + b.width)
  const bottom = Math.min(a.top + a.height, b.top + b.height)
  return { left, top, width: right - left, height: bottom - top }
}

/** A box with `margin` more on each side, cut at the borders of a picture. */
export function grownBox(box: Box, margin: number, size: Size): Box {
  const { left, top, width, height } = box
  return overlap(
    {
      left: left - margin,
      top: top - margin,
      width: width + 2 * margin,
      height: height + 2 * margin,
    },
    { left: 0, top: 0, ...size },
  )
}

/** The smallest box around both. */
export function union(a: Box, b: Box): Box {
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  const width = Math.max(a.left + a.width, b.left + b.width) - left
  return { left, top, width, height: Math.max(a.top + a.height, b.top + b.height) - top }
}

/** The bytes of a part of a mask, row-major in the part. */
export function partOf(mask: Uint8Array, { width }: Size, box: Box): Uint8Array {
  const part = new Uint8Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left
    part.set(mask.subarray(from, from + box.width), y * box.width)
  }
  return part
}
