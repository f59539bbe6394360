import { SluiceError } from '../../foundation/errors.ts'
import type { Random } from '../../foundation/random.ts'
import { freeFormMask, type MaskShape, maskShapes } from '../masks/freeFormMask.ts'
import { cropMask, holeShare, type Mask } from '../masks/mask.ts'

/** What the holes of training pictures are like. */
export interface TrainingMaskOptions {
  /** Least and largest part of the picture that is hole. Default [0.1, 0.5]. */
  readonly share?: readonly [number, number]
  /** Default all. */
  readonly shapes?: readonly MaskShape[]
  /**
   * How many times as wide and high as the picture the mask is drawn that the picture is cut from: 2 gives
   * parts of strokes as a picture twice as large has them. Default 1.
   */
  readonly canvas?: number
}

const mostAttempts = 200

/**
 * Draws the mask of one training picture.
 * @throws SluiceError `usage` for a canvas below 1, `limit` when no such mask is found
 */
export function trainingMask(
  random: Random,
  size: number,
  { share = [0.1, 0.5], shapes = maskShapes, canvas = 1 }: TrainingMaskOptions = {},
): Mask {
  const square = { width: size, height: size }
  if (canvas === 1) return freeFormMask(random, square, { share, shapes })
  const side = Math.round(size * canvas)
  if (!(side >= size && side <= 1 << 14)) {
    throw new SluiceError('usage', 'masks cannot be cut from such a canvas', {
      where: 'trainingMask',
      expected: '1 or more',
      received: String(canvas),
    })
  }
  const [least, most] = share
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const whole = freeFormMask(random, { width: side, height: side }, { share, shapes })
    const left = random.integer(side - size + 1)
    const mask = cropMask(whole, left, random.integer(side - size + 1), square)
    const hole = holeShare(mask)
    if (hole >= least && hole <= most) return mask
  }
  throw new SluiceError('limit', 'no mask of this share was found', {
    where: 'trainingMask',
    expected: `a hole of ${least} to ${most} of the picture`,
    fix: 'leave more room between the least and the largest share, or draw on a smaller canvas',
  })
}
