import type { Module } from '../../../engine/graph/module.ts'
import { multiply } from '../../../engine/ops/multiply/multiply.ts'
import { scale as scaleOp } from '../../../engine/ops/scale/scale.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { conv2d } from '../../conv.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { numberOption, wholeOption } from '../../options.ts'
import { channelsOf } from './temporalShift.ts'

/** Options of `gnConv`. */
export interface GnConvOptions {
  /** How many products are taken one of the other. `2 ** (order − 1)` divides the channels. Default 3. */
  readonly order?: number
  /** What the depthwise filters' output is multiplied by. Default 1/3. */
  readonly scale?: number
  /** Of the depthwise filters; an odd number. Default 7. */
  readonly kernelSize?: number
}

/**
 * Recursive gated convolution gⁿConv of HorNet (Rao et al. 2022) over `[N, channels, H, W]`: a 1×1
 * convolution makes `p₀` and `q`, depthwise filters run over `q`, and `p` is multiplied by one part of
 * it after the other, `p ← pointwise(p) ⊙ dw(qₖ)`, growing from `channels / 2^(order − 1)` to
 * `channels`. The gate has no function. Parameters `proj_in`, `dwconv`, `pws.0` …, `proj_out`.
 */
export function gnConv(channels: number, options: GnConvOptions = {}): Module {
  const { order = 3, scale = 1 / 3, kernelSize = 7 } = options
  wholeOption('gnConv', 'channels', channels)
  wholeOption('gnConv', 'order', order)
  numberOption('gnConv', 'scale', scale, -1e6, 1e6)
  if (order > 16 || channels % 2 ** (order - 1) !== 0) {
    throw new SluiceError('usage', 'the channels cannot be halved that often', {
      where: 'gnConv',
      expected: `a multiple of ${2 ** (Math.min(order, 16) - 1)} channels`,
      received: `${channels} channels, order ${order}`,
    })
  }
  const sizes = Array.from({ length: order }, (_, i) => channels / 2 ** (order - 1 - i))
  const first = sizes[0] ?? channels
  const wide = sizes.reduce((sum, size) => sum + size, 0)
  const projectIn = conv2d(channels, 2 * channels, { kernelSize: 1 })
  const depthwise = conv2d(wide, wide, { kernelSize, padding: 'same', groups: wide })
  const projectOut = conv2d(channels, channels, { kernelSize: 1 })
  return {
    type: 'gnConv',
    describe: () => ({ type: 'gnConv', channels, order, scale, kernelSize }),
    build(scope, input) {
      const both = scope.child('proj_in', projectIn, input)
      const q = scope.child('dwconv', depthwise, channelsOf(scope, both, first, first + wide))
      const gates = scope.apply(scaleOp, [q], { factor: scale, offset: 0 })
      let p = channelsOf(scope, both, 0, first)
      let at = 0
      sizes.forEach((size, index) => {
        if (index > 0) {
          const point = conv2d(p.shape[1] ?? size, size, { kernelSize: 1 })
          p = scope.child(`pws.${index - 1}`, point, p)
        }
        p = scope.apply(multiply, [p, channelsOf(scope, gates, at, at + size)], {})
        at += size
      })
      return scope.child('proj_out', projectOut, p)
    },
  }
}

export const readGnConv: ModuleReader = (fields) =>
  gnConv(fields.whole('channels'), {
    order: fields.whole('order'),
    scale: fields.number('scale'),
    kernelSize: fields.whole('kernelSize'),
  })
