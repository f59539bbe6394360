/** The winds' network: one gated convolution as large as the patch, over whitened 10° boxes. */

import type { Module } from '../../packages/sluice/src/engine/graph/module.ts'
import { relu } from '../../packages/sluice/src/layers/activation.ts'
import { batchNorm } from '../../packages/sluice/src/layers/batchNorm.ts'
import { conv3d } from '../../packages/sluice/src/layers/conv.ts'
import { dropout } from '../../packages/sluice/src/layers/dropout.ts'
import { flatten } from '../../packages/sluice/src/layers/flatten.ts'
import { gatedConv3d } from '../../packages/sluice/src/layers/gated/gatedConv.ts'
import { linear } from '../../packages/sluice/src/layers/linear.ts'
import { sequential } from '../../packages/sluice/src/layers/sequential.ts'
import { CHANNELS, CLIP_MONTHS, MONTHS } from './patches.ts'

export interface PlaceNetworkOptions {
  readonly places: number
  readonly hidden: number
  readonly dropout: number
  /** Side of a patch, in boxes. */
  readonly patch: number
}

/** The layer whose weights follow from the clips' covariance and stay as they are. */
export const WHITENING = 'whitening'

/**
 * `[N, 2, 4, patch, patch]` to `[N, places·12]`: where the patch was cut, and in which month. The two
 * convolutions together are one gated convolution as large as the patch, in other coordinates.
 */
export function placeNetwork(options: PlaceNetworkOptions): Module {
  const { places, hidden, patch } = options
  const whitened = CHANNELS * CLIP_MONTHS * patch ** 2
  return sequential({
    [WHITENING]: conv3d(CHANNELS, whitened, { kernelSize: [CLIP_MONTHS, patch, patch] }),
    gated: gatedConv3d(whitened, hidden, { kernelSize: 1 }),
    norm: batchNorm(),
    act: relu(),
    dropout: dropout(options.dropout),
    flatten: flatten(),
    head: linear(places * MONTHS.length),
  })
}
