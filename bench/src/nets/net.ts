/**
 * A network as plain data, so that every runtime under measurement, in whatever language, can build
 * the same one: layers in order, their weights by name. Shapes are PyTorch's, channels first.
 */
export interface Net {
  readonly name: string
  /** Shape of one example, without the batch: `[C, L]`, `[C, H, W]` or `[C, D, H, W]`. */
  readonly input: readonly number[]
  readonly layers: readonly Layer[]
  /** Whether the input's last channel is a mask, 1 in a hole that is the middle ninth of the picture. */
  readonly hole?: boolean
}

export type Layer =
  | GatedConvolution
  | Convolution
  | Linear
  | Residual
  | Upsample
  | Branches
  | DeepFill

/** Sizes per axis, outermost first; the number of axes is the convolution's rank. */
export interface Window {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: readonly (readonly [before: number, after: number])[]
}

/** `after(φ(feature(x)) ⊙ σ(gate(x)))`. */
export interface GatedConvolution extends Window {
  readonly is: 'gatedConv'
  readonly name: string
  /** What the branches' parameters are called. */
  readonly feature: string
  readonly gate: string
  readonly inChannels: number
  readonly outChannels: number
  readonly phi: 'none' | 'relu' | 'elu' | 'tanh'
  readonly after: 'none' | 'relu'
  /**
   * Whether the network's own source computes both branches as one convolution with twice the
   * channels. Runtimes that have no gated convolution follow it.
   */
  readonly merged: boolean
  /** Factor on the feature's formula weights. Default 1. */
  readonly scale?: number
}

export interface Convolution extends Window {
  readonly is: 'conv'
  readonly name: string
  readonly inChannels: number
  readonly outChannels: number
  readonly scale?: number
}

/** Fully connected, over all that an example holds. */
export interface Linear {
  readonly is: 'linear'
  readonly name: string
  readonly inFeatures: number
  readonly outFeatures: number
  readonly scale?: number
}

/** `x + layers(x)`. */
export interface Residual {
  readonly is: 'residual'
  readonly name: string
  readonly layers: readonly Layer[]
}

/** Space twice as large, every element repeated. */
export interface Upsample {
  readonly is: 'upsample'
  readonly name: string
}

/** Paths side by side on one input, their outputs joined along the channels. */
export interface Branches {
  readonly is: 'branches'
  readonly name: string
  readonly paths: readonly (readonly Layer[])[]
}

/**
 * All of DeepFill v2's generator in the layout of its PyTorch port, attention and blending included:
 * `[4, H, W]`, a picture and a mask, to `[3, H, W]`. Peers run their own implementation of it.
 */
export interface DeepFill {
  readonly is: 'deepFill'
  readonly name: string
}

/** A window with the same sizes on every axis, its padding such that stride 1 keeps the size. */
export function cube(rank: number, kernel: number, stride = 1, dilation = 1): Window {
  const reach = (dilation * (kernel - 1)) / 2
  const all = <T>(value: T): T[] => new Array<T>(rank).fill(value)
  return {
    kernel: all(kernel),
    stride: all(stride),
    dilation: all(dilation),
    padding: all([Math.floor(reach), Math.ceil(reach)] as const),
  }
}

/** Elements of one example. */
export function exampleSize(net: Net): number {
  return net.input.reduce((product, size) => product * size, 1)
}
