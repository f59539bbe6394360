import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { weighted } from '../../training/losses/sumOfLosses.ts'
import { checkRange } from '../../training/optimizers/checkRange.ts'
import { absoluteDifference, maskedInput, partsOf } from './maskedPictures.ts'

/** Options of `reconstructionLoss`: weights from 0 up. */
export interface ReconstructionOptions {
  /** Of differences inside the hole. Default 1. */
  readonly hole?: number
  /** Of differences outside of it. Default 1. */
  readonly valid?: number
}

/**
 * `hole · mean|m·(output − targets)| + valid · mean|(1 − m)·(output − targets)|`, means over all elements of the
 * batch: with 1 and 1 the plain L1 of DeepFill v2 (Yu et al. 2019), with 6 and 1 the one of partial
 * convolutions (Liu et al. 2018). Batches bring pictures and masks as `input` `[N, 4, H, W]` and true pictures
 * as `targets` `[N, 3, H, W]`. Terms, unweighted: `hole` and `valid`.
 * @throws SluiceError `usage` for weights out of range
 */
export function reconstructionLoss({ hole = 1, valid = 1 }: ReconstructionOptions = {}): Loss {
  checkRange('reconstructionLoss', 'hole', hole, 0, Number.MAX_VALUE)
  checkRange('reconstructionLoss', 'valid', valid, 0, Number.MAX_VALUE)
  return {
    against: 'targets',
    describe: () => ({ type: 'reconstruction', hole, valid }),
    build(builder, output) {
      const targets = builder.input('targets', output.shape)
      const { holes } = maskedInput(builder, output.shape)
      const painted = partsOf(builder, output, holes)
      const real = partsOf(builder, targets, holes)
      const distance = (a: Value, b: Value) => absoluteDifference(builder, a, b)
      const terms = {
        hole: distance(painted.inside, real.inside),
        valid: distance(painted.outside, real.outside),
      }
      const both = [weighted(builder, terms.hole, hole), weighted(builder, terms.valid, valid)]
      return { loss: builder.applyOne(add, both, {}, 'loss'), terms }
    },
  }
}
