import type { Module } from '../engine/graph/module.ts'
import { branches } from '../layers/branches.ts'
import { conv2d } from '../layers/conv.ts'
import { gatedConv2d } from '../layers/gated/gatedConv.ts'
import type { GatedConvolutionOptions } from '../layers/gated/gateOptions.ts'
import { wholeOption } from '../layers/options.ts'
import { residual } from '../layers/residual.ts'
import { upsample } from '../layers/resize.ts'
import { sequential } from '../layers/sequential.ts'
import { smoothResidual } from '../layers/smoothResidual.ts'
import { type Inpainter, inpainter } from './inpainter.ts'

/** Options of `gatedFill`. */
export interface GatedFillOptions {
  /**
   * Channels at half the picture's size, at a quarter, and so on: one number or more. Default
   * [16, 32, 64, 96].
   */
  readonly channels?: readonly number[]
  /** Channels of the last layers, at the picture's own size. Default 8. */
  readonly fine?: number
}

/**
 * The inpainter that Sluice brings along, of our own design: `[N, 4, H, W]` → `[N, 3, H, W]`.
 *
 * A hole is first filled smoothly (`smoothFill`), and a U-shaped network of gated convolutions learns
 * what is missing; nothing, as long as its last layer is zero. So all parameters are spent on what a
 * smooth fill lacks. Most of the work is done on small maps, where a few layers see far, and the
 * smooth fill itself sees everything. With the default channels 1.1 million parameters.
 */
export function gatedFill(options: GatedFillOptions = {}): Inpainter {
  const { channels = [16, 32, 64, 96], fine = 8 } = options
  for (const size of [...channels, fine]) wholeOption('gatedFill', 'channels', size)
  const [half = 0, ...deeper] = channels
  wholeOption('gatedFill', 'channels', half)
  const body = sequential({
    levels: branches({
      coarse: sequential({
        down: gated(4, half, { kernelSize: 5, stride: 2, padding: 2 }),
        level: level(half, deeper, true),
        up: gated(half, fine),
        enlarge: upsample(2, { mode: 'linear' }),
      }),
      seen: sequential([]),
    }),
    fine: gated(fine + 4, fine),
    rgb: conv2d(fine, 3, { kernelSize: 3, padding: 1 }),
  })
  return inpainter(smoothResidual(body), {
    multipleOf: 2 ** channels.length,
    receptiveField: Number.POSITIVE_INFINITY,
  })
}

/** One size of the U: what is learned at half of it is added, and refined. */
function level(channels: number, deeper: readonly number[], top = false): Module {
  const [next, ...rest] = deeper
  // The smallest maps are seen as a whole by a few layers; dilation widens the view.
  if (next === undefined) return blocks(channels, [1, 2, 1])
  const smallest = rest.length === 0
  const inner = sequential({
    down: gated(channels, next, { stride: 2 }),
    before: blocks(next, smallest ? [] : [1]),
    level: level(next, rest),
    up: gated(next, channels),
    enlarge: upsample(2),
  })
  const refining = top ? [1] : [smallest ? 2 : 1, 1]
  return sequential({ inner: residual(inner), after: blocks(channels, refining) })
}

/** Gated 3×3 layers with these dilations, each added to what came in. */
function blocks(channels: number, dilations: readonly number[]): Module {
  return sequential(
    dilations.map((dilation) =>
      residual(gated(channels, channels, { dilation, padding: dilation })),
    ),
  )
}

function gated(
  inChannels: number,
  outChannels: number,
  options: Partial<GatedConvolutionOptions> = {},
): Module {
  const usual = { kernelSize: 3, padding: 1, featureActivation: 'elu' } as const
  return gatedConv2d(inChannels, outChannels, { ...usual, ...options })
}
