import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import type { Shape } from '../../foundation/shape.ts'
import type { Judgement } from '../../training/progress.ts'
import { inpaintingBatch, type MaskedPicture } from './pictureTask.ts'

/** Paints the holes of one batch. */
export type Paint = (inputs: Float32Array, input: Shape) => Float32Array

/** A picture that was judged. */
export interface JudgedPicture extends MaskedPicture {
  /** What was painted, `[3, size, size]`. */
  readonly painted: Float32Array
  /** Hole PSNR in dB. */
  readonly psnr: number
}

/**
 * Paints pictures one by one and judges them: mean hole PSNR, and as the loss the mean absolute difference inside
 * the holes (values from −1 to 1).
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
    const size = Math.round(Math.sqrt(one.mask.length))
    const { inputs } = inpaintingBatch([one])
    const painted = paint(inputs, [1, 4, size, size])
    const psnr = holePsnr(painted, one.picture, one.mask)
    decibels += psnr
    difference += holeDifference(painted, one.picture, one.mask)
    onPicture({ ...one, painted, psnr }, count)
    count++
  }
  if (count === 0) throw new SluiceError('data', 'there are no pictures to validate by')
  const loss = difference / count
  if (Number.isFinite(loss)) return { loss, psnr: decibels / count }
  throw new SluiceError('numeric', `what the network paints is ${loss} off`, {
    fix: 'go on from the last checkpoint with a lower learning rate or with clipNorm',
  })
}

/** Errors smaller than half a step of 8 bits round to none; PSNR ends at what one such step would give. */
const bestPsnr = 100

/**
 * `10·log10(255² / MSE)` over the pixels of the hole, all colours, after rounding to 8 bits. At most 100.
 * @param painted `[3, H, W]` from −1 to 1, and so `picture`
 * @param mask `[H, W]`, 1 = hole
 */
export function holePsnr(painted: Float32Array, picture: Float32Array, mask: Uint8Array): number {
  let squares = 0
  let count = 0
  forHole(mask, (at) => {
    const error = byteOf(painted[at] as number) - byteOf(picture[at] as number)
    squares += error * error
    count++
  })
  return squares === 0
    ? bestPsnr
    : Math.min(bestPsnr, 10 * Math.log10((255 ** 2 * count) / squares))
}

function holeDifference(painted: Float32Array, picture: Float32Array, mask: Uint8Array): number {
  let sum = 0
  let count = 0
  forHole(mask, (at) => {
    sum += Math.abs((painted[at] as number) - (picture[at] as number))
    count++
  })
  return sum / Math.max(1, count)
}

/** Visits the elements of `[3, H, W]` that lie in the hole. */
function forHole(mask: Uint8Array, visit: (at: number) => void): void {
  for (let colour = 0; colour < 3; colour++) {
    for (let i = 0; i < mask.length; i++) {
      if (present(mask[i], 'mask') === 1) visit(colour * mask.length + i)
    }
  }
}

/** −1 to 1 as 0 to 255, rounded. */
export function byteOf(value: number): number {
  return Math.round(Math.max(0, Math.min(255, (value + 1) * 127.5)))
}
