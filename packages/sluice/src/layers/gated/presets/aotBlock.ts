import type { Module } from '../../../engine/graph/module.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { scale } from '../../../engine/ops/scale/scale.ts'
import { subtract } from '../../../engine/ops/subtract/subtract.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { relu } from '../../activation.ts'
import { branches } from '../../branches.ts'
import { conv2d } from '../../conv.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { instanceNorm } from '../../groupNorm.ts'
import { wholeOption } from '../../options.ts'
import { pad } from '../../pad.ts'
import { sequential } from '../../sequential.ts'
import { gatedBy } from '../gatedBy.ts'

/** Options of `aotBlock`. */
export interface AotBlockOptions {
  /** Dilation of each branch; together they make the channels, in equal parts. Default 1, 2, 4, 8. */
  readonly rates?: readonly number[]
}

/**
 * Residual block with a gate of AOT-GAN (Zeng et al. 2021) over `[N, channels, H, W]`:
 * `x ⊙ (1 − g) + A(x) ⊙ g`. A mixes (`fuse`) what ReLU convolutions with several dilations see
 * (`block00`, `block01`, …); `g = σ(5·(2·(f − μ)/s − 1))` of a convolution f (`gate`), with mean μ and
 * standard deviation s (that of a sample, n − 1) of each channel over the picture. Borders are mirrored,
 * so height and width must be larger than the largest rate. Parameters are named as in the published
 * code, where a convolution stands behind its padding: `block00.1.weight`, `fuse.1.weight`.
 *
 * The published code adds 1e-9 to s; here 1e-12 is added to its square, which keeps gradients finite
 * where a channel is constant.
 */
export function aotBlock(channels: number, options: AotBlockOptions = {}): Module {
  const { rates = [1, 2, 4, 8] } = options
  wholeOption('aotBlock', 'channels', channels)
  for (const rate of rates) wholeOption('aotBlock', 'rates', rate)
  if (rates.length === 0 || channels % rates.length !== 0) {
    throw new SluiceError('usage', 'the channels do not fall into one equal part per rate', {
      where: 'aotBlock',
      expected: 'at least one rate, and channels that are a multiple of their number',
      received: `${channels} channels, ${rates.length} rates`,
    })
  }
  const mirrored = (outChannels: number, dilation: number) =>
    [
      pad(dilation, { mode: 'reflect' }),
      conv2d(channels, outChannels, { kernelSize: 3, dilation }),
    ] as const
  const seen = branches(
    Object.fromEntries(
      rates.map((rate, index) => [
        `block${String(index).padStart(2, '0')}`,
        sequential([...mirrored(channels / rates.length, rate), relu()]),
      ]),
    ),
  )
  const fuse = sequential(mirrored(channels, 1))
  const gate = sequential(mirrored(channels, 1))
  const norm = instanceNorm({ epsilon: 1e-12 })
  return {
    type: 'aotBlock',
    describe: () => ({ type: 'aotBlock', channels, rates: [...rates] }),
    build(scope, input) {
      const whole = scope.child('fuse', fuse, seen.build(scope, input))
      const normal = norm.build(scope, scope.child('gate', gate, input))
      // The norm divides by √(Σ(f − μ)²/n), the paper by √(Σ(f − μ)²/(n − 1)).
      const places = elementCount(input.shape.slice(2))
      const factor = 10 * Math.sqrt((places - 1) / places)
      const opening = scope.apply(scale, [normal], { factor, offset: -5 })
      // x ⊙ (1 − g) + A ⊙ g = x + g ⊙ (A − x): one product instead of two.
      const change = scope.apply(subtract, [whole, input], {})
      return scope.apply(add, [gatedBy(scope, change, opening, 'none', 'sigmoid'), input], {})
    },
  }
}

export const readAotBlock: ModuleReader = (fields) =>
  aotBlock(fields.whole('channels'), { rates: fields.sizes('rates') })
