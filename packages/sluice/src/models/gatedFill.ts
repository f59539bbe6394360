import type { Module } from '../engine/graph/module.ts'
import { conv2d } from '../layers/conv.ts'
import { gatedConv2d } from '../layers/gated/gatedConv.ts'
import type { GatedConvolutionOptions } from '../layers/gated/gateOptions.ts'
import { guessChannels, guessedFill } from '../layers/guessedFill.ts'
import { wholeOption } from '../layers/options.ts'
import { residual } from '../layers/residual.ts'
import { upsample } from '../layers/resize.ts'
import { sequential } from '../layers/sequential.ts'

import { type Inpainter, inpainter } from './inpainter.ts'

/** Options of `gatedFill`. */
export interface GatedFillOptions {
  /**
   * Channels at half the picture's size, at a quarter, and so on: one number or more. Default
   * [16, 32, 64, 96].
   */
  readonly channels?: readonly number[]
}

/** Channels that the lines' differences and facts are mixed to before anything else. */
const mixed = 24
const colours = 3

/**
 * An inpainter of our own design, `[N, 4, H, W]` → `[N, 3, H, W]`: what `sluice train-inpainter` trains unless told otherwise.
 * The one that comes with the command is of its outer layers alone.
 *
 * A hole is filled smoothly, along straight lines in eight directions, as by a stiff plate and with patches from
 * elsewhere in the picture (`guessedFill`); a U-shaped network of gated convolutions, at half the picture's size and below,
 * chooses which of them to follow and adds what is missing. So few parameters are spent on what needs no
 * learning, and what is learned is mostly where to open a gate.
 */
export function gatedFill(options: GatedFillOptions = {}): Inpainter {
  const { channels = [16, 32, 64, 96] } = options
  for (const size of channels) wholeOption('gatedFill', 'channels', size)
  const [half = 0, ...deeper] = channels
  wholeOption('gatedFill', 'channels', half)
  const { seen, made } = guessChannels(colours)
  const body = sequential({
    mix: gated(seen, mixed, { kernelSize: 1, padding: 0 }),
    first: gated(mixed, half),
    half: level(half, deeper, true),
    last: conv2d(half, made, { kernelSize: 3, padding: 1 }),
  })
  return inpainter(guessedFill(body), {
    multipleOf: 2 ** channels.length,
    receptiveField: Number.POSITIVE_INFINITY,
  })
}

/** One size of the U: what is learned at half of it is added, and refined. */
function level(channels: number, deeper: readonly number[], top = false): Module {
  const [next, ...rest] = deeper
  // The smallest maps are seen as a whole by a few layers; dilation widens the view.
  if (next === undefined) return blocks(channels, [1, 2, 1], inside)
  const smallest = rest.length === 0
  const inner = sequential({
    down: gated(channels, next, { ...inside, stride: 2 }),
    before: blocks(next, smallest ? [] : [1], inside),
    next: level(next, rest),
    up: gated(next, channels, inside),
    enlarge: upsample(2),
  })
  return sequential({
    inner: residual(inner),
    after: top ? blocks(channels, [1]) : blocks(channels, [smallest ? 2 : 1, 1], inside),
  })
}

/**
 * Below half the size features have bounds. Without them they grew to thousands in training, and the gates of the way
 * back shut for good: nothing comes through such a gate, not even what would open it again.
 */
const inside = { featureActivation: 'tanh' } as const

/** Gated 3×3 layers with these dilations, each added to what came in. */
function blocks(
  channels: number,
  dilations: readonly number[],
  options: Partial<GatedConvolutionOptions> = {},
): Module {
  return sequential(
    dilations.map((dilation) =>
      residual(gated(channels, channels, { ...options, dilation, padding: dilation })),
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
