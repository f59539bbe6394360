import { SluiceError } from '../../foundation/errors.ts'

/** A mask of a picture, row by row: 1 in the hole, 0 where pixels are known. */
export interface Mask {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** A mask without a hole. @throws SluiceError `usage` for sizes that no picture has */
export function emptyMask(width: number, height: number): Mask {
  for (const size of [width, height]) {
    if (Number.isSafeInteger(size) && size >= 1 && size <= 1 << 16) continue
    throw new SluiceError('usage', 'no picture has this size', {
      where: 'mask',
      expected: 'width and height: whole numbers from 1 to 65536',
      received: `${width} × ${height}`,
    })
  }
  return { width, height, pixels: new Uint8Array(width * height) }
}

/** The part of the picture that is hole, from 0 to 1. */
export function holeShare({ pixels }: Mask): number {
  let hole = 0
  for (let i = 0; i < pixels.length; i++) hole += pixels[i] as number
  return hole / pixels.length
}

/** A part of a mask, starting `left` and `top` pixels from its corner; it must lie inside. */
export function cropMask(
  mask: Mask,
  left: number,
  top: number,
  size: { readonly width: number; readonly height: number },
): Mask {
  const part = emptyMask(size.width, size.height)
  for (let y = 0; y < size.height; y++) {
    const start = (top + y) * mask.width + left
    part.pixels.set(mask.pixels.subarray(start, start + size.width), y * size.width)
  }
  return part
}
