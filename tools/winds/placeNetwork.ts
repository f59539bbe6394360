/** The winds' network: one gated convolution as large as the patch, over 10° boxes. */

import type { Module } from '../../packages/sluice/src/engine/graph/module.ts'
import { relu } from '../../packages/sluice/src/layers/activation.ts'
import { batchNorm } from '../../packages/sluice/src/layers/batchNorm.ts'
import { dropout } from '../../packages/sluice/src/layers/dropout.ts'
import { flatten } from '../../packages/sluice/src/layers/flatten.ts'
import { gatedConv3d } from '../../packages/sluice/src/layers/gated/gatedConv.ts'
import { linear } from '../../packages/sluice/src/layers/linear.ts'
import { averagePool3d } from '../../packages/sluice/src/layers/pool.ts'
import { sequential } from '../../packages/sluice/src/layers/sequential.ts'
import { CHANNELS, CLIP_MONTHS, MONTHS, PATCH } from './patches.ts'

export interface PlaceNetworkOptions {
  readonly places: number
  readonly hidden: number
  readonly dropout: number
  /** Points that are averaged before the convolution. */
  readonly pool: number
}

/** `[N, 2, 4, 24, 24]` to `[N, places·12]`: where the patch was cut, and in which month. */
export function placeNetwork(options: PlaceNetworkOptions): Module {
  const { places, hidden, pool } = options
  const side = PATCH / pool
  return sequential({
    coarse: averagePool3d({ kernelSize: [1, pool, pool] }),
    gated: gatedConv3d(CHANNELS, hidden, { kernelSize: [CLIP_MONTHS, side, side] }),
    norm: batchNorm(),
    act: relu(),
    dropout: dropout(options.dropout),
    flatten: flatten(),
    head: linear(places * MONTHS.length),
  })
}
