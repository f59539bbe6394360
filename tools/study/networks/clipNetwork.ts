import {
  averagePool3d,
  batchNorm,
  conv3d,
  dropout,
  flatten,
  gatedConv3d,
  globalAveragePool,
  instanceNorm,
  linear,
  type Module,
  relu,
  residual,
  type Size,
  scale,
  sequential,
} from 'sluice'
import type { Variant } from './variant.ts'

/** A variant that classifies: partial convolutions are for holes. */
export type ClipVariant = Exclude<Variant, 'partial'>

/** What the three data sets' networks differ in. */
export interface ClipNetworkShape {
  readonly inChannels: number
  readonly classes: number
  /** One block each: kernel and stride, time first. */
  readonly blocks: readonly { readonly kernel: Size; readonly stride: Size }[]
  /** Brightness and contrast of a clip are taken away, then each frame's blurred self. */
  readonly edges: boolean
  /** Whether the last layer knows the places of what it sees, or their mean. */
  readonly head: 'places' | 'mean'
  readonly dropout: number
}

/**
 * A classifier of clips `[N, C, D, H, W]` as `clipClassifier` builds them: blocks of a convolution, batch
 * normalisation and ReLU, and a linear layer. The convolution is `F ⊙ σ(G)` when gated and `F` when plain.
 * @param widths channels of each block
 */
export function clipNetwork(
  variant: ClipVariant,
  shape: ClipNetworkShape,
  widths: readonly number[],
): Module {
  const blocks = shape.blocks.map(({ kernel, stride }, index) => {
    const from = widths[index - 1] ?? shape.inChannels
    const window = { kernelSize: kernel, stride, padding: 'same' } as const
    const make = variant === 'gated' ? gatedConv3d : conv3d
    const conv = make(from, widths[index] ?? from, window)
    return [`block${index + 1}`, sequential({ conv, norm: batchNorm(), act: relu() })] as const
  })
  return sequential({
    ...(shape.edges ? edges() : {}),
    ...Object.fromEntries(blocks),
    ...(shape.head === 'mean' ? { pool: globalAveragePool() } : { flatten: flatten() }),
    dropout: dropout(shape.dropout),
    head: linear(shape.classes),
  })
}

/** As in the network of the camera moves' benchmark (`tools/cameraMoves`). */
function edges(): Readonly<Record<string, Module>> {
  const blurred = averagePool3d({
    kernelSize: [1, 7, 7],
    stride: 1,
    padding: [0, 3, 3],
    countIncludePad: false,
  })
  return {
    contrast: instanceNorm(),
    detail: residual(sequential({ blurred, away: scale(-1) })),
  }
}
