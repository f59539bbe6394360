import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import type { Shape } from '../../foundation/shape.ts'
import type { Judgement } from '../../training/progress.ts'
import type { Mask } from '../masks/mask.ts'
import { pixelError, type Rgb } from '../quality/pixelError.ts'
import { inpaintingBatch, type MaskedPicture } from './pictureTask.ts'

/** Paints the holes of one batch. */
export type Paint = (inputs: Float32Array, input: Shape) => Float32Array

/** A picture that was judged, in 8 bits. */
export interface JudgedPicture {
  readonly truth: Rgb
  /** The same with its hole filled. */
  readonly filled: Rgb
  readonly mask: Mask
  /** Hole PSNR in dB, at most 100. */
  readonly psnr: number
}

/** Equal pictures are infinitely good, and of infinity there is no mean. */
const bestPsnr = 100

/**
 * Paints pictures one by one and judges them after rounding to 8 bits: mean hole PSNR, and as the loss the mean L1
 * inside the holes (`pixelError`).
 * @param onPicture sees each of them
 * @throws SluiceError `numeric` when something painted is no number, `data` without pictures
 */
export async function judgeFills(
  paint: Paint,
  pictures: AsyncIterable<MaskedPicture> | Iterable<MaskedPicture>,
  onPicture: (judged: JudgedPicture, index: number) => void = () => {},
): Promise<Judgement> {
  let count = 0
  let decibels = 0
  let difference = 0
  for await (const one of pictures) {
    const side = Math.round(Math.sqrt(one.mask.length))
    const painted = paint(inpaintingBatch([one]).inputs, [1, 4, side, side])
    requireNumbers(painted)
    const mask = { width: side, height: side, pixels: one.mask }
    const truth = rgbOf(one.picture, side)
    const filled = { ...truth, pixels: pasted(truth, rgbOf(painted, side), one.mask) }
    const { psnr: unbounded, l1 } = pixelError(filled, truth, mask)
    const psnr = Math.min(bestPsnr, unbounded)
    decibels += psnr
    difference += l1
    onPicture({ truth, filled, mask, psnr }, count)
    count++
  }
  if (count > 0) return { loss: difference / count, psnr: decibels / count }
  throw new SluiceError('data', 'there are no pictures to validate by')
}

function requireNumbers(painted: Float32Array): void {
  const lost = painted.find((value) => !Number.isFinite(value))
  if (lost === undefined) return
  throw new SluiceError('numeric', `the network paints ${lost} on a validation picture`, {
    fix: 'go on from the last checkpoint with a lower learning rate or with clipNorm',
  })
}

/** `[3, side, side]` from −1 to 1 as pixels. */
function rgbOf(picture: Float32Array, side: number): Rgb {
  const area = side * side
  const pixels = new Uint8Array(3 * area)
  for (let i = 0; i < area; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = ((picture[colour * area + i] as number) + 1) * 127.5
      pixels[3 * i + colour] = Math.round(Math.max(0, Math.min(255, value)))
    }
  }
  return { width: side, height: side, pixels }
}

/** The true pixels, and inside the hole the painted ones. */
function pasted(truth: Rgb, painted: Rgb, mask: Uint8Array): Uint8Array {
  return truth.pixels.map((value, at) => {
    const hole = present(mask[Math.floor(at / 3)], 'mask') === 1
    return hole ? present(painted.pixels[at], 'pixel') : value
  })
}
