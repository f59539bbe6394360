import type { Module } from '../engine/graph/module.ts'
import { activation } from '../layers/activation.ts'
import { conv2d } from '../layers/conv.ts'
import type { ModuleReader } from '../layers/description/readModule.ts'
import { wholeOption } from '../layers/options.ts'
import { sequential } from '../layers/sequential.ts'
import { composed } from './composed.ts'

/** Options of `snPatchDiscriminator`. */
export interface SnPatchDiscriminatorOptions {
  /** RGB and the mask: 4, the default; one more where edges guide. */
  readonly inChannels?: number
  /** Channels of the first layer. Default 64, as published. */
  readonly width?: number
}

/** Channels of the six layers, in widths. */
const growth = [1, 2, 4, 4, 4, 4] as const

/**
 * The SN-PatchGAN discriminator of DeepFill v2 (Yu et al. 2019): six convolutions 5×5 with stride 2, each
 * spectrally normalised and followed by a leaky ReLU with slope 0.2, the last one too. Every element of the
 * output `[N, 4·width, H/64, W/64]` is a judgement of its own, which a hinge loss compares. Zeros lie evenly
 * around the picture. 5,946,816 parameters at full width.
 */
export function snPatchDiscriminator(options: SnPatchDiscriminatorOptions = {}): Module {
  const type = 'snPatchDiscriminator'
  const { inChannels = 4, width = 64 } = options
  wholeOption(type, 'inChannels', inChannels)
  wholeOption(type, 'width', width)
  const layers: Record<string, Module> = {}
  let channels = inChannels
  growth.forEach((factor, index) => {
    layers[`conv${index + 1}`] = conv2d(channels, factor * width, {
      ...{ kernelSize: 5, stride: 2, padding: 2 },
      parametrisation: 'spectralNorm',
    })
    layers[`act${index + 1}`] = activation('leakyRelu02')
    channels = factor * width
  })
  return composed({ type, inChannels, width }, sequential(layers))
}

export const readSnPatchDiscriminator: ModuleReader = (fields) =>
  snPatchDiscriminator({
    inChannels: fields.whole('inChannels'),
    width: fields.whole('width'),
  })
