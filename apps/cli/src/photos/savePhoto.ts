import { lstatSync } from 'node:fs'
import { extname } from 'node:path'
import type { Sharp } from 'sharp'
import { SluiceError } from 'sluice'
import { writeAtomically } from '../files/atomicFile.ts'
import { sharp } from '../pictures/imageLibrary.ts'
import { attachMetadata } from './attachMetadata.ts'
import { fittingMetadata } from './fittingMetadata.ts'
import { toStoredOrder } from './orientation.ts'
import type { Channels, LossyFacts, Photo, Samples } from './photo.ts'
import { writingError } from './photoError.ts'

/** What photos are written as. */
export type OutputFormat = 'jpeg' | 'png' | 'webp'

export interface SavePhotoOptions {
  /** Replace a file that is there. Default: refuse. */
  readonly overwrite?: boolean
  /** 1 to 100, of JPEG and WebP. Default: the source's, as far as its file tells. */
  readonly quality?: number
  /** WebP without loss. Default: as the source is. */
  readonly lossless?: boolean
}

/** What a saved file is, for people: format, and what was lost or changed. */
export interface SavedPhoto {
  readonly bytes: number
  readonly notes: readonly string[]
}

const ENDINGS: ReadonlyMap<string, OutputFormat> = new Map([
  ['.png', 'png'],
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
  ['.jpe', 'jpeg'],
  ['.jfif', 'jpeg'],
  ['.webp', 'webp'],
])

/** Whether photos are written under a name that ends so. */
export function isWritten(path: string): boolean {
  return ENDINGS.has(extname(path).toLowerCase())
}

/**
 * The format that a file's ending asks for.
 * @throws SluiceError `usage` for an ending that is not written
 */
export function outputFormat(path: string): OutputFormat {
  const format = ENDINGS.get(extname(path).toLowerCase())
  if (format !== undefined) return format
  throw new SluiceError('usage', 'photos are not written as this', {
    where: path,
    expected: 'a name that ends in .png, .jpg or .webp',
    received: extname(path) === '' ? 'no ending' : extname(path),
  })
}

/**
 * Refuses to replace a file, unless asked to.
 * @throws SluiceError `usage`
 */
export function refuseReplacing(path: string, overwrite = false): void {
  if (overwrite || lstatSync(path, { throwIfNoEntry: false }) === undefined) return
  throw new SluiceError('usage', 'the output is there already', {
    where: path,
    fix: 'name another file with -o, or allow it with --overwrite',
  })
}

/**
 * Writes a photo, whole or not at all, in the format of the name's ending, with the profile, EXIF and
 * orientation that it came with. PNG and lossless WebP keep every sample; JPEG and lossy WebP are
 * compressed as the source was.
 *
 * @throws SluiceError `usage` when the file is there, or the format cannot hold the photo
 */
export async function savePhoto(
  path: string,
  photo: Photo,
  options: SavePhotoOptions = {},
): Promise<SavedPhoto> {
  const { overwrite = false } = options
  const format = outputFormat(path)
  refuseReplacing(path, overwrite)
  const { file, notes } = await encodePhoto(photo, format, options)
  // It may have come while this was computed.
  refuseReplacing(path, overwrite)
  writeAtomically(path, file)
  return { bytes: file.length, notes }
}

/**
 * The bytes of a photo's file in a format.
 * @throws SluiceError `usage` when the format cannot hold the photo
 */
export async function encodePhoto(
  photo: Photo,
  format: OutputFormat,
  options: Omit<SavePhotoOptions, 'overwrite'> = {},
): Promise<{ readonly file: Uint8Array; readonly notes: readonly string[] }> {
  const { source } = photo
  const { metadata, notes: leftOut } = fittingMetadata(format, source.metadata)
  const notes = [...leftOut]
  // EXIF carries the orientation where there is any; elsewhere pixels are stored as they are shown.
  const turned = metadata.exif !== undefined && source.format !== 'tiff'
  const orientation = turned ? source.orientation : 1
  const { pixels, channels } = held(photo, format, notes)
  const stored = toStoredOrder({ ...photo, pixels }, channels, orientation)
  const image = imageOf(stored.pixels, stored.width, stored.height, channels)
  try {
    const encoded = await encoderFor(image, photo, format, options, notes).toBuffer()
    return { file: attachMetadata(format, encoded, metadata), notes }
  } catch (cause) {
    throw writingError(photo.path, nameOf(format), cause)
  }
}

/** The samples as a format can hold them. */
function held(
  photo: Photo,
  format: OutputFormat,
  notes: string[],
): { readonly pixels: Samples; readonly channels: Channels } {
  let { pixels, channels } = photo
  if (format === 'png') return { pixels, channels }
  if (pixels instanceof Uint16Array) {
    const wide = pixels
    pixels = Uint8Array.from(wide, (sample) => Math.round(sample / 257))
    notes.push(`16 bits a sample are rounded to 8, which is all that ${nameOf(format)} holds`)
  }
  if (format === 'jpeg' && channels % 2 === 0) {
    if (!isOpaque(pixels, channels)) {
      throw new SluiceError('usage', 'JPEG holds no transparency, and this photo has some', {
        where: photo.path,
        fix: 'name an output that ends in .png or .webp',
      })
    }
    pixels = withoutAlpha(pixels, channels)
    channels = channels === 4 ? 3 : 1
  }
  return { pixels, channels }
}

function isOpaque(pixels: Samples, channels: Channels): boolean {
  for (let i = channels - 1; i < pixels.length; i += channels) if (pixels[i] !== 255) return false
  return true
}

function withoutAlpha(pixels: Samples, channels: Channels): Uint8Array {
  const kept = new Uint8Array((pixels.length / channels) * (channels - 1))
  for (let from = 0, to = 0; from < pixels.length; from += channels) {
    for (let c = 0; c < channels - 1; c++) kept[to++] = pixels[from + c] as number
  }
  return kept
}

function imageOf(pixels: Samples, width: number, height: number, channels: Channels): Sharp {
  const grey = channels <= 2
  const wide = pixels instanceof Uint16Array
  const space = wide ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb'
  const raw = { width, height, channels }
  return sharp(pixels, { raw, limitInputPixels: false }).toColourspace(space)
}

/** For photos that come from a file without loss and shall go into one with some. */
const FINE_QUALITY = 92

/**
 * Huffman tables made for the picture save about 8 % of a JPEG's bytes and take three times as long as the
 * standard's own: a quarter of a second for 12 megapixels.
 */
const MOST_OPTIMISED_PIXELS = 2 ** 22

function encoderFor(
  image: Sharp,
  { source, width, height }: Photo,
  format: OutputFormat,
  options: SavePhotoOptions,
  notes: string[],
): Sharp {
  if (format === 'png') return image.png({ compressionLevel: 6, adaptiveFiltering: true })
  const lossless =
    format === 'webp' &&
    (options.lossless ?? (options.quality === undefined && source.lossy === undefined))
  if (lossless) return image.webp({ lossless: true, exact: true, quality: 75, effort: 4 })
  const like: LossyFacts = source.lossy ?? { quality: FINE_QUALITY, chromaSubsampling: '4:4:4' }
  const quality = options.quality ?? like.quality
  notes.push(qualityNote(format, quality, source.lossy, options.quality !== undefined))
  if (format === 'webp') return image.webp({ quality, exact: true })
  const { chromaSubsampling = '4:2:0', progressive = false } = like
  const optimiseCoding = progressive || width * height <= MOST_OPTIMISED_PIXELS
  return image.jpeg({ quality, chromaSubsampling, progressive, optimiseCoding })
}

function qualityNote(
  format: OutputFormat,
  quality: number,
  source: LossyFacts | undefined,
  asked: boolean,
): string {
  const why = asked
    ? 'as asked'
    : source === undefined
      ? 'the source loses nothing'
      : "the source's, estimated"
  return `compressed anew as ${nameOf(format)} at quality ${quality} (${why}); a .png would lose nothing`
}

function nameOf(format: OutputFormat): string {
  return format === 'jpeg' ? 'JPEG' : format === 'webp' ? 'WebP' : 'PNG'
}
