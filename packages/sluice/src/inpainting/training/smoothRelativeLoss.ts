import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { divide } from '../../engine/ops/divide/divide.ts'
import { elementLoss } from '../../engine/ops/elementLoss/elementLoss.ts'
import { multiply } from '../../engine/ops/multiply/multiply.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { mean } from '../../engine/ops/sum/sum.ts'
import { choiceOption } from '../../foundation/choiceOption.ts'
import { holeLevel } from '../../layers/holePyramid.ts'
import { smoothFill } from '../../layers/smoothFill.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { weighted } from '../../training/losses/sumOfLosses.ts'
import { checkRange } from '../../training/optimizers/checkRange.ts'
import { maskedInput } from './maskedPictures.ts'

/** Options of `smoothRelativeLoss`. */
export interface SmoothRelativeOptions {
  /**
   * What an error is: squared differences, which PSNR counts, or absolute ones, which a few pixels that nobody
   * could guess do not rule. Default squared.
   */
  readonly error?: 'squared' | 'absolute'
  /**
   * Mean error (of values from −1 to 1) that is added below the line, so that pictures which a smooth fill gets
   * nearly right do not weigh more than all others. Default 0.003 squared, 0.05 absolute.
   */
  readonly floor?: number
}

/**
 * The mean over pictures of `error / (error of the smooth fill + floor)`, both inside the hole: what is left of
 * the error of a smooth fill (`smoothFill`). A picture's share of hole PSNR, which is a mean of logarithms,
 * is its error relative to itself; this weighs easy and hard pictures nearly so, and unlike the logarithm
 * keeps still. Batches bring pictures and masks as `input` `[N, 4, H, W]` and true pictures as `targets`.
 * @throws SluiceError `usage` for an error or a floor that there is not
 */
export function smoothRelativeLoss(options: SmoothRelativeOptions = {}): Loss {
  const { error = 'squared' } = options
  choiceOption('smoothRelativeLoss', 'error', error, ['squared', 'absolute'])
  const { floor = error === 'squared' ? 0.003 : 0.05 } = options
  checkRange('smoothRelativeLoss', 'floor', floor, 1e-9, Number.MAX_VALUE)
  const kind = error === 'squared' ? 'meanSquaredError' : 'meanAbsoluteError'
  return {
    against: 'targets',
    describe: () => ({ type: 'smoothRelative', error, floor }),
    build(builder, output) {
      const targets = builder.input('targets', output.shape)
      const { mask, holes } = maskedInput(builder, output.shape)
      const scope = new Scope(builder, 'inference', 'loss')
      const { filled: smooth } = smoothFill(scope, holeLevel(scope, targets, mask))
      const inside = (picture: Value) => builder.applyOne(multiply, [picture, holes], {}, 'loss')
      const [painted, real, usual] = [inside(output), inside(targets), inside(smooth)]
      const count = output.shape[0] ?? 1
      // Means over whole pictures: what they are larger than the hole cancels out.
      const parts = Array.from({ length: count }, (_, n) => {
        const errorOf = (picture: Value) => {
          const pair = [pictureOf(builder, picture, n), pictureOf(builder, real, n)]
          return builder.applyOne(elementLoss, pair, { kind, beta: 1 }, 'loss')
        }
        const all = { axes: [0, 1, 2, 3], keepDims: false }
        const share = builder.applyOne(mean, [pictureOf(builder, holes, n)], all, 'loss')
        const least = weighted(builder, share, floor)
        const below = builder.applyOne(add, [errorOf(usual), least], {}, 'loss')
        return builder.applyOne(divide, [errorOf(painted), below], {}, 'loss')
      })
      const sum = parts.reduce((a, b) => builder.applyOne(add, [a, b], {}, 'loss'))
      return { loss: weighted(builder, sum, 1 / count) }
    },
  }
}

function pictureOf(builder: GraphBuilder, batch: Value, n: number): Value {
  return builder.applyOne(slice, [batch], { axis: 0, start: n, end: n + 1 }, 'loss')
}
