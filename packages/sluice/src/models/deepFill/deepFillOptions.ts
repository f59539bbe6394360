import { choiceOption } from '../../foundation/choiceOption.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { booleanOption, wholeOption } from '../../layers/options.ts'

/**
 * Where a convolution with stride 2 is padded: `symmetric` with as many zeros before as behind, as
 * PyTorch pads; `tf` with none before and one behind, which is TensorFlow's `SAME` for even sizes.
 */
export type DeepFillPadding = 'symmetric' | 'tf'

export const deepFillPaddings: readonly DeepFillPadding[] = ['symmetric', 'tf']

/**
 * Which elements a halved picture keeps: `nearest` every second one, as PyTorch; `tf` those that
 * TensorFlow's `resize_nearest_neighbor` reads with aligned corners.
 */
export type DeepFillDownsampling = 'nearest' | 'tf'

export const deepFillDownsamplings: readonly DeepFillDownsampling[] = ['nearest', 'tf']

/** Options of `deepFillV2`, which weights come with: whoever trained them chose. */
export interface DeepFillOptions {
  /** Default `symmetric`. */
  readonly padding?: DeepFillPadding
  /** Default `nearest`. */
  readonly downsampling?: DeepFillDownsampling
  /** Whether attention prefers patches whose neighbours match as well (score fusion). Default true. */
  readonly fuse?: boolean
  /**
   * Channels of the first layer; others have one half, twice or four times as many. Default 24, which
   * the published network has.
   */
  readonly width?: number
}

/** The options with their defaults. */
export type DeepFillPlan = Required<DeepFillOptions>

/** @throws SluiceError `usage`, naming the option */
export function planDeepFill(options: DeepFillOptions): DeepFillPlan {
  const { padding = 'symmetric', downsampling = 'nearest', fuse = true, width = 24 } = options
  const layer = 'deepFillV2'
  choiceOption(layer, 'padding', padding, deepFillPaddings)
  choiceOption(layer, 'downsampling', downsampling, deepFillDownsamplings)
  booleanOption(layer, 'fuse', fuse)
  wholeOption(layer, 'width', width)
  if (width % 2 === 1) {
    throw new SluiceError('usage', 'the last layers have half of the width', {
      where: layer,
      expected: 'an even width',
      received: `${width}`,
    })
  }
  return { padding, downsampling, fuse, width }
}
