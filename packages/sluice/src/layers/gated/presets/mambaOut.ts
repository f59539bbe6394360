import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { reshape } from '../../../engine/ops/reshape/reshape.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { uniformInitialiser } from '../../../foundation/initialiser.ts'
import { formatShape } from '../../../foundation/shape.ts'
import { conv2d } from '../../conv.ts'
import { planConvolution } from '../../convolutionOptions.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import { convolve } from '../convolve.ts'
import { gatedBy } from '../gatedBy.ts'
import { channelsOf } from './temporalShift.ts'

/** Options of `mambaOut`. */
export interface MambaOutOptions {
  /** Channels of feature and gate. Default ⌊8/3 · channels⌋. */
  readonly hidden?: number
  /** How many of them the depthwise filters see. Default all `channels`. */
  readonly convChannels?: number
  /** Of the depthwise filters; an odd number. Default 7. */
  readonly kernelSize?: number
  /** Normalises the input, which the shortcut leaves as it is; parameters `norm.…`. */
  readonly norm?: Module
}

/**
 * Gated CNN block of MambaOut (Yu and Wang 2024) over `[N, channels, H, W]`:
 * `x + fc2(gelu(g) ⊙ [i, dw(c)])` with `[g, i, c] = fc1(norm(x))`: depthwise filters over a part of the
 * channels. Parameters `norm`, `fc1`, `conv`, `fc2`, with `fc1` and `fc2` shaped as PyTorch's `Linear`.
 * The published block normalises the channels of every pixel first; here a norm of your choice.
 */
export function mambaOut(channels: number, options: MambaOutOptions = {}): Module {
  const { hidden = Math.floor((8 / 3) * channels), convChannels = channels } = options
  const { kernelSize = 7, norm } = options
  wholeOption('mambaOut', 'channels', channels)
  wholeOption('mambaOut', 'hidden', hidden)
  wholeOption('mambaOut', 'convChannels', convChannels)
  if (convChannels > hidden) {
    throw new SluiceError('usage', 'convChannels are a part of the hidden channels', {
      where: 'mambaOut',
      expected: `at most ${hidden}`,
      received: `${convChannels}`,
    })
  }
  const depthwise = conv2d(convChannels, convChannels, {
    kernelSize,
    padding: 'same',
    groups: convChannels,
  })
  return {
    type: 'mambaOut',
    describe: () => ({
      type: 'mambaOut',
      channels,
      hidden,
      convChannels,
      kernelSize,
      ...(norm === undefined ? {} : { norm: norm.describe() }),
    }),
    build(scope, input) {
      if (input.shape.length !== 4 || input.shape[1] !== channels) {
        throw new SluiceError('shape', 'the input does not fit the layer', {
          where: `${scope.path || 'model'} (mambaOut)`,
          expected: `[batch, ${channels}, height, width]`,
          received: formatShape(input.shape),
        })
      }
      const x = norm === undefined ? input : scope.child('norm', norm, input)
      const wide = perPixel(scope, 'fc1', x, 2 * hidden)
      const still = hidden - convChannels
      const seen = scope.child(
        'conv',
        depthwise,
        channelsOf(scope, wide, hidden + still, 2 * hidden),
      )
      const feature =
        still === 0
          ? seen
          : scope.apply(concat, [channelsOf(scope, wide, hidden, hidden + still), seen], {
              axis: 1,
            })
      const gated = gatedBy(scope, feature, channelsOf(scope, wide, 0, hidden), 'none', 'gelu')
      return scope.apply(add, [input, perPixel(scope, 'fc2', gated, channels)], {})
    },
  }
}

/** A linear layer at every pixel: a 1×1 convolution whose weight is shaped `[out, in]`. */
function perPixel(scope: Scope, name: string, input: Value, outChannels: number): Value {
  const channels = input.shape[1] ?? 1
  const initialise = uniformInitialiser(1 / Math.sqrt(channels))
  const weight = scope.parameter(`${name}.weight`, [outChannels, channels], initialise)
  const bias = scope.parameter(`${name}.bias`, [outChannels], initialise)
  const taps = scope.apply(reshape, [weight], { shape: [outChannels, channels, 1, 1] })
  const plan = planConvolution('mambaOut', 2, channels, outChannels, { kernelSize: 1 })
  return convolve(plan, scope, input, { weight: taps, bias: [bias] })
}

export const readMambaOut: ModuleReader = (fields, child) =>
  mambaOut(fields.whole('channels'), {
    hidden: fields.whole('hidden'),
    convChannels: fields.whole('convChannels'),
    kernelSize: fields.whole('kernelSize'),
    ...(fields.has('norm') ? { norm: child(fields.take('norm'), 'norm') } : {}),
  })
