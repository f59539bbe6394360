import { SluiceError } from '../../foundation/errors.ts'
import type { Mask } from '../masks/mask.ts'

/** A picture of 8 bits: `width · height` pixels of three bytes, RGB. */
export interface Rgb {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Differences of two pictures, on the scale of 0 to 255. */
export interface PixelError {
  /** 10 · log₁₀(255² / mean squared difference) in dB; infinite for equal pictures. */
  readonly psnr: number
  /** Mean absolute difference divided by 255. */
  readonly l1: number
}

/**
 * Differences over the pixels of the hole, all three colours, or over the whole picture without a mask.
 * @throws SluiceError `shape` when sizes differ, `data` for a mask without a hole
 */
export function pixelError(picture: Rgb, truth: Rgb, mask?: Mask): PixelError {
  requireAlike(picture, truth, mask)
  let squares = 0
  let absolute = 0
  let count = 0
  for (let i = 0; i < picture.width * picture.height; i++) {
    if (mask !== undefined && mask.pixels[i] === 0) continue
    for (let at = 3 * i; at < 3 * i + 3; at++) {
      const difference = (picture.pixels[at] as number) - (truth.pixels[at] as number)
      squares += difference * difference
      absolute += Math.abs(difference)
    }
    count += 3
  }
  if (count === 0) {
    throw new SluiceError('data', 'the mask has no hole to be judged', { where: 'pixelError' })
  }
  return { psnr: 10 * Math.log10((255 * 255 * count) / squares), l1: absolute / count / 255 }
}

/** @throws SluiceError `shape` when pictures or mask differ in size */
export function requireAlike(picture: Rgb, truth: Rgb, mask?: Mask): void {
  const sizes = [picture, truth, ...(mask === undefined ? [] : [mask])]
  const bytes = 3 * truth.width * truth.height
  const alike = sizes.every((s) => s.width === truth.width && s.height === truth.height)
  if (alike && picture.pixels.length === bytes && truth.pixels.length === bytes) return
  throw new SluiceError('shape', 'pictures and mask differ in size', {
    where: 'comparing pictures',
    expected: 'the same width and height, three bytes for each pixel',
    received: sizes.map(({ width, height }) => `${width} × ${height}`).join(', '),
  })
}
