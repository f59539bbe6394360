import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { type ConvolutionPlan, convolutionParameters } from '../convolutionOptions.ts'
import { maskedWeight } from '../tapMask.ts'
import type { Taps } from './convolve.ts'

/**
 * Weights of a feature and a gate that are one convolution's: `[outChannels + gates, …]` under one
 * name, features first, as networks keep them that split a convolution's output in two.
 */
export function jointTaps(
  feature: ConvolutionPlan,
  gate: ConvolutionPlan,
  scope: Scope,
  prefix: string,
): { readonly feature: Taps; readonly gate: Taps } {
  const outChannels = feature.outChannels + gate.outChannels
  const weightShape = [outChannels, ...feature.weightShape.slice(1)]
  // Colours are counted in feature and in gate, so each gets its mask when they are apart.
  const { weight, bias } = convolutionParameters(
    { ...feature, outChannels, weightShape, mask: {} },
    scope,
    prefix,
  )
  const rows = (value: Value, start: number, end: number) =>
    scope.apply(slice, [value], { axis: 0, start, end })
  const part = (start: number, end: number): Taps => ({
    weight: maskedWeight(scope, rows(weight, start, end), feature.mask),
    bias: bias.map((value) => rows(value, start, end)),
  })
  return {
    feature: part(0, feature.outChannels),
    gate: part(feature.outChannels, outChannels),
  }
}
