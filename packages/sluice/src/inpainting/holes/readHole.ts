import { MarkSearch } from '../fill/markSearch.ts'
import { brightest, checkPicture, type Picture, type Samples } from '../fill/picture.ts'

export interface ReadHoleOptions {
  /** Takes black, or what is not painted, for the hole. Nothing is detected then. */
  readonly invert?: boolean
  /** Whether a mask that is plainly the wrong way round is turned. Default: yes. */
  readonly detect?: boolean
}

/** A hole as it was read from a picture. */
export interface HoleReading {
  /** One byte a pixel, row-major: 1 in the hole, 0 outside. */
  readonly hole: Uint8Array
  /** What carried it: brightness (from 128 of 255), or what is painted on transparent ground. */
  readonly from: 'colour' | 'alpha'
  /** Whether it was turned round because it covered most of the picture and of its border. */
  readonly turned: boolean
  /** Pixels of the hole, and the part of the picture that they are, 0 to 1. */
  readonly count: number
  readonly share: number
}

/**
 * Reads the hole that a mask shows: white, from 128 of 255 on, or what is painted where a picture has
 * transparent parts and its colours are no mask by themselves. If that covers more than half of the
 * picture and most of its border, but not all, the mask is the wrong way round, and turned.
 * @throws SluiceError `shape` for a picture that is none
 */
export function readHole(mask: Picture, options: ReadHoleOptions = {}): HoleReading {
  checkPicture(mask)
  const { invert = false, detect = true } = options
  const from = carrierOf(mask)
  const { hole, count } = marked(mask, from, invert ? 0 : 1)
  const share = count / hole.length
  if (invert || !detect || share <= 0.5 || share === 1 || borderShare(hole, mask) <= 0.5) {
    return { hole, from, turned: false, count, share }
  }
  for (let i = 0; i < hole.length; i++) hole[i] = 1 - (hole[i] as number)
  return { hole, from, turned: true, count: hole.length - count, share: 1 - share }
}

/** Half of full brightness or opacity: 128 of 255. */
const HALF = 127.5 / 255

/** One byte a pixel: `inside` where the mask marks, and the other of 0 and 1 elsewhere; how many are 1. */
function marked(mask: Picture, from: 'colour' | 'alpha', inside: 0 | 1) {
  const { pixels, channels, width, height } = mask
  const hole = new Uint8Array(width * height)
  if (inside === 0) hole.fill(1)
  const threshold = brightest(pixels) * HALF
  // What is transparent is no white paint.
  const alpha = from === 'colour' && channels % 2 === 0 && showsAnything(mask)
  const one = from === 'alpha' || channels === 1
  const isMarked = (at: number): boolean => {
    if (one) return (pixels[at + channels - 1] as number) >= threshold
    if (alpha && (pixels[at + channels - 1] as number) < threshold) return false
    return lightness(pixels, channels, at) >= threshold
  }
  // Pixels whose bytes are all 0 mark nothing, and most are.
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = pixels
  const search = new MarkSearch(new Uint8Array(buffer, byteOffset, byteLength))
  const stride = channels * BYTES_PER_ELEMENT
  let marks = 0
  for (let i = 0; i < hole.length; i++) {
    if (isMarked(i * channels)) {
      hole[i] = inside
      marks++
    } else {
      i = Math.floor(search.next((i + 1) * stride, byteLength) / stride) - 1
    }
  }
  return { hole, count: inside === 1 ? marks : hole.length - marks }
}

/** Luma by ITU-R BT.601, as masks are made grey everywhere. */
function lightness(pixels: Samples, channels: number, at: number): number {
  const red = pixels[at] as number
  if (channels <= 2) return red
  return 0.299 * red + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number)
}

/** Parts of the visible pixels that make, or unmake, a picture of black and white. */
const SOME = 0.001
const MANY = 0.2

/**
 * Alpha carries the mask when something is painted on transparent ground, unless the paint itself is
 * black and white. Masks drawn in image programs often hold one colour and nothing but alpha to tell.
 */
function carrierOf(mask: Picture): 'colour' | 'alpha' {
  const { pixels, channels } = mask
  if (channels % 2 === 1 || isOpaque(mask)) return 'colour'
  const full = brightest(pixels)
  let visible = 0
  let dark = 0
  let light = 0
  for (let at = 0; at < pixels.length; at += channels) {
    if ((pixels[at + channels - 1] as number) < full * HALF) continue
    visible++
    const value = lightness(pixels, channels, at)
    if (value < full / 4) dark++
    else if (value > (full * 3) / 4) light++
  }
  const all = pixels.length / channels
  if (visible === 0 || visible === all) return 'colour'
  const blackAndWhite =
    dark > SOME * visible && light > SOME * visible && visible - dark - light <= MANY * visible
  return blackAndWhite ? 'colour' : 'alpha'
}

function isOpaque({ pixels, channels }: Picture): boolean {
  const threshold = brightest(pixels) * HALF
  for (let at = channels - 1; at < pixels.length; at += channels) {
    if ((pixels[at] as number) < threshold) return false
  }
  return true
}

/** A mask that is transparent everywhere was saved with a useless alpha: its colours count. */
function showsAnything({ pixels, channels }: Picture): boolean {
  const threshold = brightest(pixels) * HALF
  for (let at = channels - 1; at < pixels.length; at += channels) {
    if ((pixels[at] as number) >= threshold) return true
  }
  return false
}

/** The part of the outermost pixels that is hole. */
function borderShare(hole: Uint8Array, { width, height }: Picture): number {
  let marks = 0
  let count = 0
  for (let y = 0; y < height; y++) {
    const inner = y > 0 && y < height - 1
    const step = inner ? Math.max(1, width - 1) : 1
    for (let x = 0; x < width; x += step) {
      marks += hole[y * width + x] as number
      count++
    }
  }
  return marks / count
}
