import type { ActivationKind } from '../../../engine/ops/activation/activationKinds.ts'

/** The numbers of `kernels/activations.ts`. */
export const activationCode: Readonly<Record<ActivationKind, number>> = {
  none: 0,
  relu: 1,
  leakyRelu: 2,
  elu: 3,
  gelu: 4,
  silu: 5,
  tanh: 6,
  sigmoid: 7,
  hardSigmoid: 8,
  onePlusSigmoid: 9,
  clamp: 10,
  leakyRelu02: 11,
}
