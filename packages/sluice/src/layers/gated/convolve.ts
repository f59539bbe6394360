import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { conv } from '../../engine/ops/convolution/conv.ts'
import {
  type ConvolutionPlan,
  convolutionInput,
  convolutionParameters,
} from '../convolutionOptions.ts'

/** Weight and, if there is one, bias of a convolution. */
export interface Taps {
  readonly weight: Value
  readonly bias: readonly Value[]
}

/** A planned convolution with parameters under `prefix`, or with those at hand. */
export function convolve(
  plan: ConvolutionPlan,
  scope: Scope,
  input: Value,
  parameters: string | Taps,
): Value {
  const { weight, bias } =
    typeof parameters === 'string' ? convolutionParameters(plan, scope, parameters) : parameters
  const padded = convolutionInput(plan, scope, input)
  const attributes = { ...padded.attributes, bias: plan.bias, activation: 'none' as const }
  return scope.apply(conv, [padded.input, weight, ...bias], attributes)
}
