import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type SharpOptions } from 'sharp'
import { Random, SluiceError } from 'sluice'
import { freeFormMask, type Mask, type Rgb } from 'sluice/inpainting'
import { isStillImage } from '../clips/mediaKinds.ts'
import { checkSamples } from '../photos/checkSamples.ts'
import { MOST_PHOTO_PIXELS } from '../photos/loadPhoto.ts'
import { photoError } from '../photos/photoError.ts'

/** A picture to be filled: what it shows, and where its hole is. */
export interface TestPicture {
  readonly name: string
  readonly truth: Rgb
  readonly mask: Mask
}

/** Where holes come from: drawn by a seed, or read from a folder of pictures, white being hole. */
export type MaskSource = { readonly seed: number } | { readonly folder: string }

/**
 * The middle square of a photo, `size` pixels a side, as it is displayed; transparent parts on black.
 * @throws SluiceError `data` or `limit` for what cannot be read as a photo
 */
export async function squareOf(path: string, size: number): Promise<Rgb> {
  const limitInputPixels = MOST_PHOTO_PIXELS
  const { data, info } = await decodeSquare(path, size, {
    failOn: 'error',
    limitInputPixels,
  }).catch((cause: unknown) => {
    throw photoError(path, cause, MOST_PHOTO_PIXELS)
  })
  const pixels = new Uint8Array(3 * size * size)
  for (let i = 0; i < size * size; i++) {
    for (let c = 0; c < 3; c++)
      pixels[3 * i + c] = data[i * info.channels + (info.channels < 3 ? 0 : c)] ?? 0
  }
  return { width: size, height: size, pixels }
}

async function decodeSquare(path: string, size: number, opened: SharpOptions) {
  const image = sharp(path, opened)
  checkSamples(path, await image.metadata())
  return await image
    .rotate()
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
}

/** Makes the hole of each picture: of its own number, so that it stays when others are added. */
export async function maskMaker(
  source: MaskSource,
  size: number,
): Promise<(index: number) => Promise<Mask>> {
  const square = { width: size, height: size }
  if ('seed' in source) {
    return async (index) => freeFormMask(new Random(source.seed, 'evaluation mask', index), square)
  }
  const { folder } = source
  const facts = await stat(folder).catch(() => undefined)
  const files = facts?.isDirectory() ? (await readdir(folder)).filter(isStillImage).sort() : []
  if (files.length === 0) {
    throw new SluiceError('missing', 'there are no masks', {
      where: folder,
      expected: 'a folder of pictures, white where the hole is, or the number of a seed',
    })
  }
  return async (index) => {
    const path = join(folder, files[index % files.length] ?? '')
    const bytes = await sharp(path, { failOn: 'error' })
      .rotate()
      .resize(size, size, { fit: 'fill', kernel: 'nearest' })
      .flatten({ background: '#000' })
      .extractChannel(0)
      .raw()
      .toBuffer()
      .catch((cause: unknown) => {
        throw new SluiceError('data', 'the mask cannot be decoded', { where: path, cause })
      })
    return { ...square, pixels: Uint8Array.from(bytes, (value) => (value >= 128 ? 1 : 0)) }
  }
}

/** One hash of all pixels and holes: whoever measures on the same pictures gets the same. */
export function hashOf(pictures: readonly TestPicture[]): string {
  const hash = createHash('sha256')
  for (const { truth, mask } of pictures) hash.update(truth.pixels).update(mask.pixels)
  return hash.digest('hex')
}
