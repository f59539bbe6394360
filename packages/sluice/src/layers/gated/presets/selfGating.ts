import type { ReluFusing } from '../../reluFusing.ts'
import type { SpatialRank } from '../../window.ts'
import { gatedConvNd } from '../gatedConv.ts'

/** Options of `s3dg`. */
export interface SelfGatingOptions {
  /** 3 for clips `[N, C, D, H, W]`; 1 and 2 for fewer axes. Default 3. */
  readonly dimensions?: SpatialRank
}

/**
 * Self-gating of S3D-G (Xie et al. 2018): `x ⊙ σ(W·mean(x) + b)`, the mean over all of space and time,
 * a gate per channel and clip. Parameters `fc.weight`, `fc.bias`, as PyTorch's `Linear`.
 */
export function s3dg(channels: number, { dimensions = 3 }: SelfGatingOptions = {}): ReluFusing {
  return gatedConvNd(dimensions, channels, channels, {
    kernelSize: 1,
    featureKind: 'identity',
    gateKind: 'globalPool',
    gateName: 'fc',
  })
}
