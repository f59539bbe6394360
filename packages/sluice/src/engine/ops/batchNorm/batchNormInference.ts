import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import type { Value } from '../../graph/value.ts'
import { channelSum } from '../convolution/channelSum.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { multiply } from '../multiply/multiply.ts'
import { scale } from '../scale/scale.ts'
import type { BatchNormAttributes } from './batchNormBackward.ts'
import { forEachInChannel } from './channels.ts'

/**
 * Batch normalisation with given statistics: `y = (x − runningMean) / √(runningVariance + ε) ·
 * weight + bias`. Inputs in the order `x`, `weight`, `bias`, `runningMean`, `runningVariance`. The
 * statistics are constants to its gradient, which is the same op again: without shift for `x`, with
 * weight 1 for `weight`.
 */
export const batchNormInference: OpDefinition<BatchNormAttributes> = {
  name: 'batchNormInference',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 5, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    const perChannel = [shape[1] ?? 1]
    inputOfShape(inputs, 1, 'weight', perChannel, where)
    inputOfShape(inputs, 2, 'bias', perChannel, where)
    inputOfShape(inputs, 3, 'running mean', perChannel, where)
    inputOfShape(inputs, 4, 'running variance', perChannel, where)
    return [{ shape }]
  },
  gradient({ builder, node, inputs, attributes, outputGradients: [dy], needs }) {
    const [x, weight, bias, mean, variance] = inputs.map((input) => present(input, 'input'))
    if (dy === undefined || x === undefined || weight === undefined) return []
    if (bias === undefined || mean === undefined || variance === undefined) return []
    const { path } = node
    const constant = (like: Value, offset: number) =>
      builder.applyOne(scale, [like], { factor: 0, offset }, path)
    const normalise = (value: Value, factor: Value, shift: Value) =>
      builder.applyOne(
        batchNormInference,
        [value, factor, constant(bias, 0), shift, variance],
        attributes,
        path,
      )
    const perChannel = (value: Value) =>
      builder.applyOne(channelSum, [value], { branches: 1 as const }, path)
    const weightGradient = () => {
      const normalised = normalise(x, constant(weight, 1), mean)
      return perChannel(builder.applyOne(multiply, [dy, normalised], {}, path))
    }
    return [
      needs(0) ? normalise(dy, weight, constant(mean, 0)) : undefined,
      needs(1) ? weightGradient() : undefined,
      needs(2) ? perChannel(dy) : undefined,
    ]
  },
  reference([x, weight, bias, mean, variance], [y], { epsilon }) {
    const { shape, data } = present(x, 'x')
    const weights = present(weight, 'weight').data
    const biases = present(bias, 'bias').data
    const means = present(mean, 'running mean').data
    const variances = present(variance, 'running variance').data
    const output = present(y, 'y').data
    forEachInChannel(shape, (at, channel) => {
      const distance = (data[at] as number) - (means[channel] as number)
      const normalised = distance / Math.sqrt((variances[channel] as number) + epsilon)
      output[at] = normalised * (weights[channel] as number) + (biases[channel] as number)
    })
  },
}
