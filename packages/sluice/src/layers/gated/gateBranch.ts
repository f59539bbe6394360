import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { globalAveragePool } from '../../engine/ops/globalAveragePool/globalAveragePool.ts'
import { linear } from '../../engine/ops/linear/linear.ts'
import { reshape } from '../../engine/ops/reshape/reshape.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { uniformInitialiser } from '../../foundation/initialiser.ts'
import {
  type ConvolutionOptions,
  type ConvolutionPlan,
  planConvolution,
} from '../convolutionOptions.ts'
import { wholeOption } from '../options.ts'
import { parametrisedWeight } from '../weightParametrisation.ts'
import type { SpatialRank } from '../window.ts'
import { anchoredInput } from './anchoredInput.ts'
import { convolve } from './convolve.ts'
import type { GateAnchor, GateKind } from './gateOptions.ts'

/** How gates come from the layer's input: how many there are, and what computes them. */
export type GateBranch = { readonly channels: number } & (
  | { readonly convolution: ConvolutionPlan }
  /** Anything else: the gate before its activation, `[N, channels, …]`. */
  | { readonly build: (scope: Scope, input: Value) => Value }
)

/** What a gate of any kind is planned from. */
export interface GateBranchOptions {
  readonly layer: string
  readonly rank: SpatialRank
  readonly inChannels: number
  readonly outChannels: number
  readonly convolution: ConvolutionOptions
  readonly gateChannels: number | undefined
  readonly name: string
  readonly anchor: GateAnchor
}

/** The options that make a window of one element. */
const onePixel = { kernelSize: 1, padding: 0, dilation: 1 } as const

/** Plans a gate. @throws SluiceError `usage`, naming the option that does not fit */
export function gateBranch(kind: GateKind, options: GateBranchOptions): GateBranch {
  const { layer, rank, inChannels, outChannels, convolution, name, anchor } = options
  const channels = countGates(kind, options)
  const plan = (to: number, changes: Partial<ConvolutionOptions> = {}) =>
    planConvolution(layer, rank, inChannels, to, { ...convolution, ...changes })
  const prefix = `${name}.`
  switch (kind) {
    case 'full':
    case 'perGroup':
      return { channels, convolution: plan(channels) }
    case 'singleChannel':
      return { channels, convolution: plan(1, { groups: 1 }) }
    case 'pointwise': {
      const window = plan(outChannels)
      const point = plan(outChannels, onePixel)
      return {
        channels,
        build: (scope, input) =>
          convolve(point, scope, anchoredInput(window, anchor, scope, input), prefix),
      }
    }
    case 'depthSeparable': {
      // The pointwise part's bias stands for both: one before it would only add a constant.
      const depthwise = plan(inChannels, { groups: inChannels, bias: false })
      // What it reads is masked already, so that its own place hides nothing.
      const seen = convolution.mask === undefined ? {} : ({ mask: 'B' } as const)
      const pointwise = plan(outChannels, { ...onePixel, ...seen, stride: 1, groups: 1 })
      return {
        channels,
        build: (scope, input) => {
          const filtered = convolve(depthwise, scope, input, `${prefix}depthwise.`)
          return convolve(pointwise, scope, filtered, `${prefix}pointwise.`)
        },
      }
    }
    case 'globalPool': {
      const { bias = true, parametrisation = 'none' } = convolution
      const shape = [outChannels, inChannels]
      return {
        channels,
        build(scope, input) {
          const initialise = uniformInitialiser(1 / Math.sqrt(inChannels))
          const name = `${prefix}weight`
          const weight = parametrisedWeight(scope, name, shape, initialise, parametrisation)
          const rest = bias ? [scope.parameter(`${prefix}bias`, [outChannels], initialise)] : []
          return pooledGate(scope, input, weight, rest)
        },
      }
    }
    case 'external': {
      const gates = { axis: 1, start: inChannels, end: inChannels + channels }
      return { channels, build: (scope, input) => scope.apply(slice, [input], gates) }
    }
  }
}

function countGates(
  kind: GateKind,
  { layer, outChannels, gateChannels }: GateBranchOptions,
): number {
  const told = kind === 'perGroup' || kind === 'external'
  if (!told && gateChannels !== undefined) {
    throw new SluiceError('usage', `gateChannels means nothing to a gate of kind "${kind}"`, {
      where: layer,
      fix: 'leave it out, or use the kind "perGroup" or "external"',
    })
  }
  if (kind === 'singleChannel') return 1
  if (!told) return outChannels
  const channels = wholeOption(layer, 'gateChannels', gateChannels ?? Number.NaN)
  if (outChannels % channels === 0) return channels
  throw new SluiceError('usage', 'gateChannels must divide outChannels', {
    where: layer,
    received: `${channels} gates for ${outChannels} channels`,
  })
}

/** `W·mean(x) + b`, one number per channel and clip, shaped to be spread over space. */
function pooledGate(scope: Scope, input: Value, weight: Value, bias: readonly Value[]): Value {
  const [batch = 1, , ...space] = input.shape
  const pooled = scope.apply(globalAveragePool, [input], {})
  const gates = scope.apply(linear, [pooled, weight, ...bias], { bias: bias.length > 0 })
  const shape = [batch, weight.shape[0] ?? 1, ...space.map(() => 1)]
  return scope.apply(reshape, [gates], { shape })
}
