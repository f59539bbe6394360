import type { Module } from '../../../engine/graph/module.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { slice } from '../../../engine/ops/slice/slice.ts'
import { batchNorm } from '../../batchNorm.ts'
import { conv2d } from '../../conv.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import type { ReluFusing } from '../../reluFusing.ts'
import { gatedConv2d } from '../gatedConv.ts'

/** Options of `stgcn`. */
export interface StgcnOptions {
  /** Frames that one output sees. Default 3. */
  readonly frames?: number
  /** `glu` for `(F + x) ⊙ σ(G)`, `gtu` for `tanh(F + x) ⊙ σ(G)`. Default `glu`. */
  readonly unit?: 'glu' | 'gtu'
}

/**
 * Temporal gated convolution of STGCN (Yu et al. 2018) over `[N, C, time, node]`: `(F + x) ⊙ σ(G)`, no
 * padding, so time shrinks by `frames − 1`. The input is added inside the gate, cut to the newest
 * frames and brought to the channels by `align` or by zeros. One convolution `conv` makes F and G.
 */
export function stgcn(
  inChannels: number,
  outChannels: number,
  options: StgcnOptions = {},
): ReluFusing {
  const { frames = 3, unit = 'glu' } = options
  wholeOption('stgcn', 'frames', frames)
  return gatedConv2d(inChannels, outChannels, {
    kernelSize: [frames, 1],
    order: 'residualThenGate',
    anchor: 'newest',
    weights: 'joint',
    featureActivation: unit === 'gtu' ? 'tanh' : 'none',
  })
}

/** Options of `graphWaveNet`. */
export interface GraphWaveNetOptions {
  /** Frames that one output sees. Default 2. */
  readonly frames?: number
  /** Distance between these frames. Default 1. */
  readonly dilation?: number
}

/**
 * One temporal layer of Graph WaveNet (Wu et al. 2019) over `[N, C, time, node]`, without the graph:
 * `BN(conv₁ₓ₁(tanh(F) ⊙ σ(G)) + x)`, no padding, x cut to its newest frames. Parameters `filter_conv`,
 * `gate_conv`, `residual_conv`, `bn`.
 */
export function graphWaveNet(channels: number, options: GraphWaveNetOptions = {}): Module {
  const { frames = 2, dilation = 1 } = options
  wholeOption('graphWaveNet', 'frames', frames)
  wholeOption('graphWaveNet', 'dilation', dilation)
  const gate = gatedConv2d(channels, channels, {
    kernelSize: [frames, 1],
    dilation: [dilation, 1],
    featureActivation: 'tanh',
    featureName: 'filter_conv',
    gateName: 'gate_conv',
  })
  const point = conv2d(channels, channels, { kernelSize: 1 })
  return {
    type: 'graphWaveNet',
    describe: () => ({ type: 'graphWaveNet', channels, frames, dilation }),
    build(scope, input) {
      const y = scope.child('residual_conv', point, gate.build(scope, input))
      const end = input.shape[2] ?? 1
      const start = end - (y.shape[2] ?? 1)
      const newest = start === 0 ? input : scope.apply(slice, [input], { axis: 2, start, end })
      return scope.child('bn', batchNorm(), scope.apply(add, [y, newest], {}))
    },
  }
}

export const readGraphWaveNet: ModuleReader = (fields) =>
  graphWaveNet(fields.whole('channels'), {
    frames: fields.whole('frames'),
    dilation: fields.whole('dilation'),
  })
