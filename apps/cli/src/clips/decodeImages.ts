import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Metadata, OutputInfo, Sharp, SharpOptions } from 'sharp'
import { SluiceError } from 'sluice'
import { createFrames, type Frames, naturalOrder, resizeFrames } from 'sluice/data'
import { sharp } from '../pictures/imageLibrary.ts'
import { boundedSize } from './boundedSize.ts'
import { isStillImage } from './mediaKinds.ts'
import { checkRegularFile } from './videoInput.ts'

// Clips are many and small: they are decoded side by side, each by one thread, and never twice.
sharp.concurrency(1)
sharp.cache(false)

/**
 * What shows through transparent pixels: middle grey. Light and dark figures both stand out against
 * it, where black would swallow the dark ones, and normalised it is near the zeros that pad
 * convolutions.
 */
const BACKGROUND = { r: 128, g: 128, b: 128 }

/** Pixels of all frames of a file together: 400 MB as RGB. */
const MOST_PIXELS = 2 ** 27

const PIXEL_FORMATS: ReadonlySet<string> = new Set(['gif', 'webp', 'png', 'jpeg', 'tiff', 'heif'])

/** Frames of an image folder. */
const MOST_IMAGES = 20_000

/** Browsers show frames that ask for 10 ms or less, which old tools wrote for "default", for 100 ms. */
const DEFAULT_DELAY_MS = 100

export interface ImageOptions {
  /** Pixels of the shorter side to scale down to; smaller images stay as they are. */
  readonly side: number
}

/**
 * Decodes an animated GIF or WebP with the delays in the file; one that does not move is a clip of
 * one frame. No program is needed.
 * @throws SluiceError `data` for what is no image, `limit` for more pixels than are decoded at once
 */
export async function decodeAnimation(path: string, options: ImageOptions): Promise<Frames> {
  await checkRegularFile(path)
  const input = await readFile(path)
  return reading(path, async () => {
    const opened: SharpOptions = { animated: true, limitInputPixels: MOST_PIXELS, failOn: 'error' }
    const { delay = [] } = await pixelFacts(input, opened)
    // All frames come as one tall picture. They are resized one by one afterwards: resizing the tall
    // one would blend the lower edge of a frame with the upper edge of the next.
    const { data, info } = await rgb(sharp(input, opened))
    const times = new Float64Array(info.pages ?? 1)
    let milliseconds = 0
    for (let i = 0; i < times.length; i++) {
      times[i] = milliseconds / 1000
      const stated = delay[i] ?? 0
      milliseconds += stated > 10 ? stated : DEFAULT_DELAY_MS
    }
    const size = { width: info.width, height: info.pageHeight ?? info.height }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length)
    const parts = { ...size, data: bytes, times, duration: milliseconds / 1000 }
    const frames = createFrames(parts, path)
    return resizeFrames(frames, boundedSize(size, options.side))
  })
}

/**
 * Decodes a folder of still images, in natural order of their names, as a clip at `fps`.
 * @throws SluiceError `data` when an image cannot be read or differs in size from the first
 */
export async function decodeImageFolder(
  folder: string,
  options: ImageOptions & { readonly fps: number },
): Promise<Frames> {
  return decodeImages(folder, await imageNames(folder), options, folder)
}

/**
 * Decodes still images, in the order given, as a clip at `fps`.
 * @param names relative to the folder, or absolute
 * @param where what to call the clip in errors
 * @throws SluiceError `data` when an image cannot be read or differs in size from the first
 */
export async function decodeImages(
  folder: string,
  names: readonly string[],
  options: ImageOptions & { readonly fps: number },
  where: string,
): Promise<Frames> {
  let first: { width: number; height: number } | undefined
  const frames: Uint8Array[] = []
  for (const name of names) {
    const path = resolve(folder, name)
    await checkRegularFile(path)
    const input = await readFile(path)
    frames.push(
      await reading(path, async () => {
        const opened: SharpOptions = { limitInputPixels: MOST_PIXELS, failOn: 'error' }
        const size = (await pixelFacts(input, opened)).autoOrient
        first ??= size
        if (size.width !== first.width || size.height !== first.height) {
          throw new SluiceError('data', 'the images of a clip differ in size', {
            where: path,
            expected: `${first.width}×${first.height}, as ${names[0]}`,
            received: `${size.width}×${size.height}`,
          })
        }
        const resize = {
          ...boundedSize(size, options.side),
          fit: 'fill',
          kernel: 'linear',
        } as const
        return (await rgb(sharp(input, opened).autoOrient().resize(resize))).data
      }),
    )
  }
  const size = boundedSize(first ?? { width: 0, height: 0 }, options.side)
  const data = new Uint8Array(Buffer.concat(frames))
  const times = Float64Array.from(names, (_, i) => i / options.fps)
  return createFrames({ ...size, data, times, duration: names.length / options.fps }, where)
}

/** The still images directly in a folder, in the order in which they are shown. */
export async function imageNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => isStillImage(name)).sort(naturalOrder)
  if (names.length === 0) {
    throw new SluiceError('data', 'a folder without images is no clip', { where: folder })
  }
  if (names.length > MOST_IMAGES) {
    throw new SluiceError('limit', 'too many images for one clip', {
      where: folder,
      expected: `up to ${MOST_IMAGES}`,
      received: String(names.length),
    })
  }
  return names
}

/**
 * An image's header, if it is made of pixels. The library goes by content, not by name, and would
 * also draw an SVG or a PDF that calls itself a GIF: programs, near enough, from somebody else.
 */
async function pixelFacts(input: Buffer, options: SharpOptions): Promise<Metadata> {
  const facts = await sharp(input, options).metadata()
  if (!PIXEL_FORMATS.has(facts.format)) throw new Error(`content of type ${facts.format}`)
  return facts
}

/** Opaque 8-bit sRGB, whatever the file held. */
function rgb(image: Sharp): Promise<{ data: Buffer; info: OutputInfo }> {
  return image
    .flatten({ background: BACKGROUND })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
}

/** Gives what the image library throws the name of the file. */
async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    if (/pixel limit/i.test(said)) {
      throw new SluiceError('limit', 'too many pixels to decode at once', {
        where: path,
        expected: `up to ${MOST_PIXELS} in all frames together`,
        fix: 'make it smaller or shorter, or turn it into a video file',
        cause,
      })
    }
    throw new SluiceError('data', 'cannot be read as an image', {
      where: path,
      received: said,
      cause,
    })
  }
}
