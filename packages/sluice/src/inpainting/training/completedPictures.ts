import { concat } from '../../engine/ops/concat/concat.ts'
import type { Exhibition } from '../../training/adversarial/adversary.ts'
import { completed, maskedInput } from './maskedPictures.ts'

/**
 * What an inpainter's discriminator is shown: pictures with their masks behind them `[N, 4, H, W]`, true ones,
 * and true ones whose holes the network filled (Yu et al. 2019).
 */
export const completedPictures: Exhibition = {
  describe: () => ({ type: 'completedPictures' }),
  build(builder, output) {
    const targets = builder.input('targets', output.shape)
    const { mask, holes } = maskedInput(builder, output.shape)
    const filled = completed(builder, { output, targets, holes })
    return {
      real: builder.applyOne(concat, [targets, mask], { axis: 1 }, 'real'),
      made: builder.applyOne(concat, [filled, mask], { axis: 1 }, 'made'),
    }
  },
}
