import { type Float32Tensor, type Inpainter, SluiceError, tensor } from 'sluice'
import { resizeHole, type Size } from 'sluice/inpainting'
import { holeFor, Masks } from '../filling/holes.ts'
import { loadPhoto } from '../photos/loadPhoto.ts'
import { rgbOf } from '../photos/photo.ts'
import { sharp } from '../pictures/imageLibrary.ts'
import type { Pixels } from '../pictures/pixels.ts'

/** A photo with its hole as an inpainter is shown it, and the same for people. */
export interface TakenPicture {
  readonly path: string
  readonly maskPath: string
  /** `[1, 4, H, W]`: the picture from −1 to 1 and the mask. */
  readonly input: Float32Tensor
  readonly size: Size
  /** One byte a pixel of `size`: 1 in the hole. */
  readonly hole: Uint8Array
  /** The picture, grey where the hole is: what is known. */
  readonly shown: Pixels
  /** What was done to photo and mask, as sentences. */
  readonly notes: readonly string[]
}

/** Pixels of the longer side that a network is shown: enough to see by, and small enough to keep all gates. */
const LONGEST = 512
/** The same of pictures for people. */
const LONGEST_SHOWN = 256
/** What the network sees in a hole: the middle of all colours. */
const BLANK = 128

const detecting = { shapes: [], invert: false, detect: true, grow: 0 }

/**
 * Takes a photo and its mask for a look at an inpainter's gates, made smaller where they are large.
 * @throws SluiceError as reading photos and masks does, and `data` for a mask of another form, an empty
 * or a full one
 */
export async function takePicture(
  path: string,
  maskPath: string,
  { multipleOf }: Inpainter,
): Promise<TakenPicture> {
  const photo = await loadPhoto(path)
  const mask = await new Masks(detecting).load(maskPath)
  const { pixels, count, notes } = holeFor(photo, mask, detecting)
  if (count === 0)
    throw nothingToCompare(maskPath, 'the mask is empty: there is no hole to look at')
  const size = fitted(photo, LONGEST, multipleOf)
  const whole = { width: photo.width, height: photo.height, data: rgbOf(photo) }
  const seen = await resized(whole, size)
  const hole = resizeHole(pixels, photo, size)
  if (!hole.includes(0)) {
    throw nothingToCompare(maskPath, 'the hole is the whole picture: nothing is left to go by')
  }
  if (!hole.includes(1)) {
    const shown = `${size.width} × ${size.height}`
    throw nothingToCompare(maskPath, `the hole is too small to be seen at ${shown} pixels`)
  }
  const small = fitted(size, LONGEST_SHOWN, 1)
  const shown = await resized(blanked(seen, hole), small)
  const scaled =
    size.width === photo.width && size.height === photo.height
      ? []
      : [
          `shown to the network at ${size.width} × ${size.height} of ${photo.width} × ${photo.height} pixels`,
        ]
  const input = inputOf(seen, hole)
  return { path, maskPath, input, size, hole, shown, notes: [...photo.notes, ...notes, ...scaled] }
}

/** Gates are compared inside and around a hole, so there has to be something of both. */
function nothingToCompare(path: string, message: string): SluiceError {
  return new SluiceError('data', message, {
    where: path,
    fix: 'draw white over what shall be filled, and leave the rest black',
  })
}

/** The same form within so many pixels, sides rounded to a multiple; never larger but for that. */
function fitted({ width, height }: Size, longest: number, multipleOf: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height))
  const side = (pixels: number) =>
    multipleOf * Math.max(1, Math.round((pixels * scale) / multipleOf))
  return { width: side(width), height: side(height) }
}

async function resized({ data, width, height }: Pixels, size: Size): Promise<Pixels> {
  if (size.width === width && size.height === height) return { data, width, height }
  const scaled = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer()
  return { ...size, data: new Uint8Array(scaled) }
}

function blanked(picture: Pixels, hole: Uint8Array): Pixels {
  const data = picture.data.map((value, i) => (hole[Math.floor(i / 3)] === 1 ? BLANK : value))
  return { ...picture, data }
}

function inputOf({ data, width, height }: Pixels, hole: Uint8Array): Float32Tensor {
  const area = width * height
  const values = new Float32Array(4 * area)
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) values[c * area + i] = (data[i * 3 + c] as number) / 127.5 - 1
  }
  values.set(hole, 3 * area)
  return tensor([1, 4, height, width], values)
}
