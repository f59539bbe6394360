import type { ActivationKind } from '../../../engine/ops/activation/activationKinds.ts'
import * as code from '../abi/activationCodes.ts'

/** The number of each kind. */
export const activationCode: Readonly<Record<ActivationKind, number>> = {
  none: code.NONE,
  relu: code.RELU,
  leakyRelu: code.LEAKY_RELU,
  elu: code.ELU,
  gelu: code.GELU,
  silu: code.SILU,
  tanh: code.TANH,
  sigmoid: code.SIGMOID,
  hardSigmoid: code.HARD_SIGMOID,
  onePlusSigmoid: code.ONE_PLUS_SIGMOID,
  clamp: code.CLAMP,
  leakyRelu02: code.LEAKY_RELU_02,
}
