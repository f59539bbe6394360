import { errorFunction } from './errorFunction.ts'

/**
 * The activations that layers may ask for; PyTorch's functions with its default constants. `clamp` is
 * to ±1, `onePlusSigmoid` is `1 + σ(x)`, `leakyRelu02` the leaky ReLU with slope 0.2.
 */
export type ActivationKind =
  | 'none'
  | 'relu'
  | 'leakyRelu'
  | 'leakyRelu02'
  | 'elu'
  | 'gelu'
  | 'silu'
  | 'tanh'
  | 'sigmoid'
  | 'hardSigmoid'
  | 'onePlusSigmoid'
  | 'clamp'

/** A function and its slope, both of the input before the activation. */
export interface Activation {
  value(x: number): number
  /** At a kink, the slope that PyTorch takes: the smaller one, but for `clamp`. */
  derivative(x: number): number
}

/** Slope of `leakyRelu` below zero. */
export const leakySlope = 0.01
/** Slope of `leakyRelu02` below zero, as generative networks use it. */
export const steepLeakySlope = 0.2

function sigmoid(x: number): number {
  // Each side uses the exponential that cannot overflow.
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const rising = Math.exp(x)
  return rising / (1 + rising)
}

/** Density and distribution of the standard normal, for `gelu`. */
function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
}

function normalDistribution(x: number): number {
  return 0.5 * (1 + errorFunction(x / Math.SQRT2))
}

/** Every activation, by name. NaN comes out as NaN. */
export const activationKinds: Readonly<Record<ActivationKind, Activation>> = {
  none: { value: (x) => x, derivative: () => 1 },
  relu: { value: (x) => (x < 0 ? 0 : x), derivative: (x) => (x > 0 ? 1 : 0) },
  leakyRelu: {
    value: (x) => (x > 0 ? x : leakySlope * x),
    derivative: (x) => (x > 0 ? 1 : leakySlope),
  },
  leakyRelu02: {
    value: (x) => (x > 0 ? x : steepLeakySlope * x),
    derivative: (x) => (x > 0 ? 1 : steepLeakySlope),
  },
  elu: {
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : Math.exp(x)),
  },
  gelu: {
    value: (x) => x * normalDistribution(x),
    derivative: (x) => normalDistribution(x) + x * normalDensity(x),
  },
  silu: {
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  },
  tanh: { value: (x) => Math.tanh(x), derivative: (x) => 1 - Math.tanh(x) ** 2 },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * (1 - sigmoid(x)) },
  hardSigmoid: {
    value: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
    derivative: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  },
  onePlusSigmoid: {
    value: (x) => 1 + sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 - sigmoid(x)),
  },
  clamp: {
    value: (x) => Math.min(Math.max(x, -1), 1),
    derivative: (x) => (x >= -1 && x <= 1 ? 1 : 0),
  },
}
