import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { divide } from '../../engine/ops/divide/divide.ts'
import { multiply } from '../../engine/ops/multiply/multiply.ts'
import { scale } from '../../engine/ops/scale/scale.ts'
import { subtract } from '../../engine/ops/subtract/subtract.ts'
import { mean, sum } from '../../engine/ops/sum/sum.ts'
import { smoothFill } from '../../layers/smoothFill.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { checkRange } from '../../training/optimizers/checkRange.ts'
import { maskedInput } from './maskedPictures.ts'

/** Options of `smoothRelativeLoss`. */
export interface SmoothRelativeOptions {
  /**
   * Mean squared error (of values from −1 to 1) that is added below the line, so that pictures which a
   * smooth fill gets nearly right do not weigh more than all others. Default 0.003.
   */
  readonly floor?: number
}

/**
 * The mean over pictures of `MSE / (MSE of the smooth fill + floor)`, both inside the hole: what is left of
 * the error of a smooth fill (`smoothFill`). A picture's share of hole PSNR, which is a mean of logarithms,
 * is its error relative to itself; this weighs easy and hard pictures nearly so, and unlike the logarithm
 * keeps still. Batches bring pictures and masks as `input` `[N, 4, H, W]` and true pictures as `targets`.
 */
export function smoothRelativeLoss({ floor = 0.003 }: SmoothRelativeOptions = {}): Loss {
  checkRange('smoothRelativeLoss', 'floor', floor, 1e-9, Number.MAX_VALUE)
  return {
    against: 'targets',
    describe: () => ({ type: 'smoothRelative', floor }),
    build(builder, output) {
      const targets = builder.input('targets', output.shape)
      const { mask, holes } = maskedInput(builder, output.shape)
      const smooth = smoothFill(new Scope(builder, 'inference', 'loss'), targets, mask)
      const own = squaresInside(builder, [output, targets], holes)
      const usual = squaresInside(builder, [smooth, targets], holes)
      const area = sumPerPicture(builder, holes)
      const least = builder.applyOne(scale, [area], { factor: floor, offset: floor }, 'loss')
      const below = builder.applyOne(add, [usual, least], {}, 'loss')
      const part = builder.applyOne(divide, [own, below], {}, 'loss')
      return { loss: builder.applyOne(mean, [part], { axes: [0], keepDims: false }, 'loss') }
    },
  }
}

/** Squared differences of two pictures inside the hole, summed for each picture. */
function squaresInside(builder: GraphBuilder, pair: readonly [Value, Value], holes: Value): Value {
  const difference = builder.applyOne(subtract, pair, {}, 'loss')
  const inside = builder.applyOne(multiply, [difference, holes], {}, 'loss')
  return sumPerPicture(builder, builder.applyOne(multiply, [inside, inside], {}, 'loss'))
}

function sumPerPicture(builder: GraphBuilder, value: Value): Value {
  return builder.applyOne(sum, [value], { axes: [1, 2, 3], keepDims: false }, 'loss')
}
