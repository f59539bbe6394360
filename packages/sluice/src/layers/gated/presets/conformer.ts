import type { Module } from '../../../engine/graph/module.ts'
import { silu } from '../../activation.ts'
import { batchNorm } from '../../batchNorm.ts'
import { conv1d } from '../../conv.ts'
import { sequential } from '../../sequential.ts'
import { gatedConv1d } from '../gatedConv.ts'

/** Options of `conformer`. */
export interface ConformerOptions {
  /** Of the depthwise filters. Default 31. */
  readonly kernelSize?: number
  /** Whether an output sees only what came before. Default false. */
  readonly causal?: boolean
}

/**
 * Convolution module of Conformer (Gulati et al. 2020) over `[N, channels, time]`, between its layer
 * norm and its dropout: a pointwise GLU, depthwise filters, batch normalisation, SiLU, a pointwise
 * convolution. Parameters `glu.conv`, `depthwise`, `norm`, `pointwise`.
 */
export function conformer(
  channels: number,
  { kernelSize = 31, causal = false }: ConformerOptions = {},
): Module {
  const padding = causal ? 'causal' : 'same'
  return sequential({
    glu: gatedConv1d(channels, channels, { kernelSize: 1, weights: 'joint' }),
    depthwise: conv1d(channels, channels, { kernelSize, padding, groups: channels }),
    norm: batchNorm(),
    act: silu(),
    pointwise: conv1d(channels, channels, { kernelSize: 1 }),
  })
}
