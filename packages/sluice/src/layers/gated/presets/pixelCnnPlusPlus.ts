import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { scale } from '../../../engine/ops/scale/scale.ts'
import { choiceOption } from '../../../foundation/choiceOption.ts'
import { elu } from '../../activation.ts'
import { conv2d } from '../../conv.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import { gatedConv2d } from '../gatedConv.ts'

/** What a pixel may see: everything around it, the rows above, or these and what is to the left. */
export type PixelShift = 'none' | 'down' | 'downRight'

const shifts: readonly PixelShift[] = ['none', 'down', 'downRight']

/** Options of `pixelCnnPlusPlus`. */
export interface PixelCnnPlusPlusOptions {
  /** Default `downRight`. */
  readonly shift?: PixelShift
}

/** Kernels and zeros of the shifted convolutions: a window that ends at the pixel. */
const windows = {
  none: { kernelSize: 3, padding: 1 },
  down: { kernelSize: [2, 3], padding: [[1, 0], 1] },
  downRight: {
    kernelSize: 2,
    padding: [
      [1, 0],
      [1, 0],
    ],
  },
} as const

/**
 * Gated residual block of PixelCNN++ (Salimans et al. 2017) over `[N, channels, H, W]`:
 * `x + a ⊙ σ(b)` with `[a, b] = conv(c(conv(c(x))))` and `c(x) = elu([x, −x])`, weights normalised. A
 * shift keeps what lies below, or below and to the right, from being seen; as the window includes
 * the pixel itself, the network's first layer must not. Parameters `conv1`, `conv2`.
 */
export function pixelCnnPlusPlus(
  channels: number,
  { shift = 'downRight' }: PixelCnnPlusPlusOptions = {},
): Module {
  wholeOption('pixelCnnPlusPlus', 'channels', channels)
  choiceOption('pixelCnnPlusPlus', 'shift', shift, shifts)
  const options = { ...windows[shift], parametrisation: 'weightNorm' } as const
  const conv1 = conv2d(2 * channels, channels, options)
  const conv2 = gatedConv2d(2 * channels, channels, {
    ...options,
    weights: 'joint',
    featureName: 'conv2',
  })
  return {
    type: 'pixelCnnPlusPlus',
    describe: () => ({ type: 'pixelCnnPlusPlus', channels, shift }),
    build(scope, input) {
      const first = scope.child('conv1', conv1, bothSigns(scope, input))
      const gated = conv2.build(scope, bothSigns(scope, first))
      return scope.apply(add, [input, gated], {})
    },
  }
}

/** `elu([x, −x])`: twice the channels, and a slope on either side of zero. */
function bothSigns(scope: Scope, value: Value): Value {
  const negative = scope.apply(scale, [value], { factor: -1, offset: 0 })
  const both = scope.apply(concat, [value, negative], { axis: 1 })
  return elu().build(scope, both)
}

export const readPixelCnnPlusPlus: ModuleReader = (fields) =>
  pixelCnnPlusPlus(fields.whole('channels'), { shift: fields.choice('shift', shifts) })
