import type { Module } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import { relu } from '../layers/activation.ts'
import { batchNorm } from '../layers/batchNorm.ts'
import type { ModuleReader } from '../layers/description/readModule.ts'
import { dropout as dropoutLayer } from '../layers/dropout.ts'
import { gatedConv3d } from '../layers/gated/gatedConv.ts'
import { globalAveragePool } from '../layers/globalPool.ts'
import { linear } from '../layers/linear.ts'
import { residual } from '../layers/residual.ts'
import { sequential } from '../layers/sequential.ts'
import { composed } from './composed.ts'

/** Sizes to start from. `tiny` trains in about a minute on two cores, on a thousand small clips. */
export type ClipClassifierPreset = 'tiny' | 'small' | 'base'

/** Options of `clipClassifier`. */
export interface ClipClassifierOptions {
  /** Number of classes, the network's outputs. */
  readonly classes: number
  /** Default `small`. */
  readonly preset?: ClipClassifierPreset
  /** Channels of the stem; each stage after it doubles them. Overrides the preset. */
  readonly width?: number
  /** Residual blocks after each stage's downsampling, one number per stage. Overrides the preset. */
  readonly depth?: readonly number[]
  /** Colours of a frame. Default 3. */
  readonly inChannels?: number
  /** (2+1)-D: each 3×3×3 convolution becomes a 1×3×3 and a 3×1×1 one. Default false. */
  readonly factorised?: boolean
  /** Outputs see only the present and the past. Default false. */
  readonly causal?: boolean
  /** Probability of dropping a feature before the last layer. Default 0.2. */
  readonly dropout?: number
}

const presets: Readonly<
  Record<ClipClassifierPreset, { readonly width: number; readonly depth: readonly number[] }>
> = {
  tiny: { width: 16, depth: [0, 0] },
  small: { width: 16, depth: [1, 1, 1] },
  base: { width: 24, depth: [1, 2, 2] },
}

/** Far above use; the deepest published video networks have some 50 blocks in 5 stages. */
const limits = { stages: 16, blocks: 512 } as const

/**
 * A classifier of clips `[N, inChannels, D, H, W]` of any length and size, made of gated blocks.
 *
 * A block is a gated convolution, a batch normalisation and a ReLU. The product of feature and gate
 * is what spreads most from clip to clip, so it is normalised as it is made: the next gate sees
 * inputs of unit variance and stays where the sigmoid has a slope, however deep the network. The
 * stem halves space, every stage halves space and time, residual blocks keep the size. Then the mean
 * over space and time, dropout, and a linear layer.
 */
export function clipClassifier(options: ClipClassifierOptions): Module {
  const { classes, preset = 'small', inChannels = 3, factorised = false } = options
  const { causal = false, dropout = 0.2 } = options
  if (!Object.hasOwn(presets, preset)) {
    throw new SluiceError('usage', `there is no preset "${preset}"`, {
      where: 'clipClassifier',
      expected: Object.keys(presets).join(', '),
    })
  }
  const { width = presets[preset].width, depth = presets[preset].depth } = options
  if (!depth.every((blocks) => Number.isSafeInteger(blocks) && blocks >= 0)) {
    throw new SluiceError('usage', 'depth must list whole numbers from 0, one per stage', {
      where: 'clipClassifier',
      received: JSON.stringify(depth),
    })
  }
  // A few bytes of a description must not ask for millions of layers.
  const blocksInAll = depth.reduce((sum, blocks) => sum + blocks, 0)
  if (depth.length > limits.stages || blocksInAll > limits.blocks) {
    throw new SluiceError('usage', 'depth asks for too many layers', {
      where: 'clipClassifier',
      expected: `at most ${limits.stages} stages and ${limits.blocks} blocks in all`,
      received: `${depth.length} stages, ${blocksInAll} blocks`,
    })
  }
  const padding = causal ? 'causal' : 'same'
  const conv = factorised ? factorisedConv : fullConv
  const block = (from: number, to: number, stride: Stride) =>
    sequential({ ...conv(from, to, stride, padding), norm: batchNorm(), act: relu() })
  const stages: Record<string, Module> = {}
  depth.forEach((blocks, index) => {
    const channels = width * 2 ** (index + 1)
    const layers: Record<string, Module> = {
      down: block(channels / 2, channels, [2, 2, 2]),
    }
    for (let i = 1; i <= blocks; i++) {
      layers[`block${i}`] = residual(block(channels, channels, [1, 1, 1]))
    }
    stages[`stage${index + 1}`] = sequential(layers)
  })
  return composed(
    {
      type: 'clipClassifier',
      classes,
      width,
      depth: [...depth],
      inChannels,
      factorised,
      causal,
      dropout,
    },
    sequential({
      stem: block(inChannels, width, [1, 2, 2]),
      ...stages,
      pool: globalAveragePool(),
      dropout: dropoutLayer(dropout),
      head: linear(classes),
    }),
  )
}

type Stride = readonly [time: number, height: number, width: number]
type ClipPadding = 'same' | 'causal'

/** Layers in order, by name. */
type Layers = Readonly<Record<string, Module>>

/** One 3×3×3 gated convolution. */
function fullConv(
  inChannels: number,
  outChannels: number,
  stride: Stride,
  padding: ClipPadding,
): Layers {
  return { conv: gatedConv3d(inChannels, outChannels, { kernelSize: 3, stride, padding }) }
}

/** Space first, then time (Tran et al. 2018, "A closer look at spatiotemporal convolutions"). */
function factorisedConv(
  inChannels: number,
  outChannels: number,
  [time, height, width]: Stride,
  padding: ClipPadding,
): Layers {
  return {
    space: gatedConv3d(inChannels, outChannels, {
      kernelSize: [1, 3, 3],
      stride: [1, height, width],
      padding,
    }),
    spaceNorm: batchNorm(),
    spaceAct: relu(),
    time: gatedConv3d(outChannels, outChannels, {
      kernelSize: [3, 1, 1],
      stride: [time, 1, 1],
      padding,
    }),
  }
}

export const readClipClassifier: ModuleReader = (fields) =>
  clipClassifier({
    classes: fields.whole('classes'),
    width: fields.whole('width'),
    depth: fields.sizes('depth', 0),
    inChannels: fields.whole('inChannels'),
    factorised: fields.boolean('factorised'),
    causal: fields.boolean('causal'),
    dropout: fields.number('dropout'),
  })
