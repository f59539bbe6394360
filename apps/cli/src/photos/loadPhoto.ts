import { readFile } from 'node:fs/promises'
import type { Metadata, SharpOptions } from 'sharp'
import { SluiceError } from 'sluice'
import { checkRegularFile } from '../clips/videoInput.ts'
import { sharp } from '../pictures/imageLibrary.ts'
import { checkSamples } from './checkSamples.ts'
import { withoutMarker, withoutThumbnail } from './exif.ts'
import { iptcRecord } from './iptc.ts'
import { jpegFacts } from './jpegFacts.ts'
import type { Channels, Orientation, Photo, PhotoFormat, PhotoSource, Samples } from './photo.ts'
import { photoError } from './photoError.ts'
import { hasHexProfile, keptChunks, pngDensity, pngFrames } from './pngChunks.ts'
import { webpLossyFacts } from './webpFacts.ts'
import { withoutXmpThumbnails } from './xmp.ts'

/** Pixels of a photo: 268 million, as 16384 by 16384. Above it lie decompression bombs. */
export const MOST_PHOTO_PIXELS = 2 ** 28

export interface LoadPhotoOptions {
  /** Refuse photos of more pixels. Default: `MOST_PHOTO_PIXELS`. */
  readonly mostPixels?: number
}

/** A photo that is being decoded. */
export interface OpenedPhoto {
  /** Its size as it is displayed, known long before its pixels. */
  readonly size: { readonly width: number; readonly height: number }
  readonly photo: Promise<Photo>
}

/**
 * Reads a photo (JPEG, PNG, WebP, TIFF, GIF or AVIF) as it is displayed, EXIF orientation applied, with
 * all that its filled copy shall keep. Grey stays grey, alpha and 16 bits stay, numbers are not
 * converted by profiles. CMYK and other colour spaces become 8-bit sRGB, of an animation the first
 * frame is taken, and `notes` says so.
 *
 * @throws SluiceError `missing` or `data` for what is no such file, cannot be decoded whole or holds
 * floating-point or 32-bit numbers, `limit` for too many pixels
 */
export async function loadPhoto(path: string, options: LoadPhotoOptions = {}): Promise<Photo> {
  const { photo } = await openPhoto(path, options)
  return await photo
}

/** Begins what `loadPhoto` does, and tells the photo's size while it is decoded. @throws as `loadPhoto` */
export async function openPhoto(
  path: string,
  options: LoadPhotoOptions = {},
): Promise<OpenedPhoto> {
  const { mostPixels = MOST_PHOTO_PIXELS } = options
  await checkRegularFile(path)
  try {
    const file = await readFile(path)
    const opened = { limitInputPixels: mostPixels, failOn: 'error' } as const
    const facts = await sharp(file, opened).metadata()
    const format = formatOf(facts.format)
    checkSamples(path, facts)
    const photo = decodeWhole({ path, file, opened, facts, format }).catch((cause: unknown) => {
      throw photoError(path, cause, mostPixels)
    })
    // Until somebody listens, a failure is no reason to end the process.
    photo.catch(() => undefined)
    const { width, height } = facts.autoOrient
    return { size: { width, height }, photo }
  } catch (cause) {
    throw photoError(path, cause, mostPixels)
  }
}

interface PhotoFile {
  readonly path: string
  readonly file: Buffer
  readonly opened: SharpOptions
  readonly facts: Metadata
  readonly format: PhotoFormat
}

async function decodeWhole({ path, file, opened, facts, format }: PhotoFile): Promise<Photo> {
  const frames = format === 'png' ? pngFrames(file) : (facts.pages ?? 1)
  const reading = readingOf(facts)
  const decoded = await decode(file, opened, reading)
  const source = sourceOf(file, format, facts, frames, reading.converted !== undefined)
  const notes = notesOf(facts, frames, reading)
  if (format === 'png' && hasHexProfile(file)) {
    notes.push('EXIF or IPTC in the form of text, as ImageMagick writes them, are left out')
  }
  return { path, ...decoded, source, notes }
}

const FORMATS: ReadonlyMap<string, PhotoFormat> = new Map([
  ['jpeg', 'jpeg'],
  ['png', 'png'],
  ['webp', 'webp'],
  ['tiff', 'tiff'],
  ['gif', 'gif'],
  ['heif', 'avif'],
])

/** The library goes by content and would also draw an SVG or a PDF: programs, near enough. */
function formatOf(name: string): PhotoFormat {
  const format = FORMATS.get(name)
  if (format === undefined) throw new Error(`content of type ${name}`)
  return format
}

/** In which numbers a file is read. */
interface Reading {
  readonly space: 'srgb' | 'b-w' | 'rgb16' | 'grey16'
  readonly depth: 'uchar' | 'ushort'
  /** Grey with alpha, which has to be decoded as RGB with alpha. */
  readonly greyAlpha: boolean
  /** The colour space or depth that is not kept. */
  readonly converted?: string
}

function readingOf({ space, depth, hasAlpha }: Metadata): Reading {
  if (depth === 'ushort' && (space === 'rgb16' || space === 'grey16')) {
    return { space, depth, greyAlpha: false }
  }
  if (depth === 'uchar' && (space === 'srgb' || space === 'rgb')) {
    return { space: 'srgb', depth, greyAlpha: false }
  }
  if (depth === 'uchar' && space === 'b-w') {
    return { space: hasAlpha ? 'srgb' : 'b-w', depth, greyAlpha: hasAlpha }
  }
  const what = depth === 'uchar' ? (colourNames.get(space) ?? space) : `${space} of type ${depth}`
  return { space: 'srgb', depth: 'uchar', greyAlpha: false, converted: what }
}

const colourNames: ReadonlyMap<string, string> = new Map([
  ['cmyk', 'CMYK'],
  ['lab', 'Lab'],
])

async function decode(
  file: Buffer,
  opened: SharpOptions,
  { space, depth, greyAlpha, converted }: Reading,
): Promise<Pick<Photo, 'pixels' | 'width' | 'height' | 'channels'>> {
  // The numbers of the file itself; only what cannot be kept goes through its profile.
  const image = sharp(file, { ...opened, ignoreIcc: converted === undefined })
  const { data, info } = await image
    .autoOrient()
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const pixels = samplesOf(data, depth)
  if (greyAlpha && info.channels === 4) {
    return { pixels: greyAndAlpha(pixels), width, height, channels: 2 }
  }
  return { pixels, width, height, channels: channelsOf(info.channels) }
}

function samplesOf(data: Buffer, depth: 'uchar' | 'ushort'): Samples {
  const { buffer, byteOffset, byteLength } = data
  if (depth === 'uchar') return new Uint8Array(buffer, byteOffset, byteLength)
  const aligned = byteOffset % 2 === 0 ? data : Uint8Array.from(data)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, byteLength / 2)
}

function greyAndAlpha(rgba: Samples): Samples {
  const pixels = new Uint8Array(rgba.length / 2)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    pixels[to++] = rgba[from] as number
    pixels[to++] = rgba[from + 3] as number
  }
  return pixels
}

function channelsOf(count: number): Channels {
  if (count === 1 || count === 2 || count === 3 || count === 4) return count
  throw new Error(`${count} channels, which is neither grey nor RGB nor either with alpha`)
}

function sourceOf(
  file: Buffer,
  format: PhotoFormat,
  facts: Metadata,
  frames: number,
  converted: boolean,
): PhotoSource {
  const jpeg = format === 'jpeg' ? jpegFacts(file) : undefined
  const lossy = jpeg?.lossy ?? (format === 'webp' ? webpLossyFacts(file) : undefined)
  const jfifDensity = format === 'png' ? pngDensity(file) : jpeg?.jfifDensity
  const iptc = facts.iptc === undefined ? undefined : iptcRecord(facts.iptc)
  return {
    format,
    orientation: orientationOf(facts.orientation),
    ...(lossy === undefined ? {} : { lossy }),
    frames,
    metadata: {
      // The profile of colours that are no more says nothing.
      ...(facts.icc === undefined || converted ? {} : { icc: facts.icc }),
      ...(facts.exif === undefined ? {} : { exif: withoutThumbnail(withoutMarker(facts.exif)) }),
      ...(facts.xmp === undefined ? {} : { xmp: withoutXmpThumbnails(facts.xmp) }),
      ...(iptc === undefined ? {} : { iptc }),
      ...(format === 'png' && !converted ? { pngChunks: keptChunks(file) } : {}),
      ...(jfifDensity === undefined ? {} : { jfifDensity }),
    },
  }
}

function orientationOf(value = 1): Orientation {
  const known: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]
  return known.find((orientation) => orientation === value) ?? 1
}

function notesOf(facts: Metadata, frames: number, { converted }: Reading): string[] {
  const notes: string[] = []
  if (converted !== undefined) notes.push(`${converted} is converted to 8-bit sRGB`)
  if (frames > 1) {
    const many = facts.format === 'tiff' ? 'pages' : 'frames'
    notes.push(`of ${frames} ${many} the first is taken; the copy is a still picture`)
  }
  if (facts.isPalette || facts.format === 'gif') {
    notes.push('it has a palette of colours; the copy is in full colour, as a fill may need others')
  }
  return notes
}

/** Whether an error is about what a file holds, so that other files may go on. */
export function isPhotoError(error: unknown): error is SluiceError {
  return error instanceof SluiceError && ['data', 'limit', 'missing'].includes(error.code)
}
