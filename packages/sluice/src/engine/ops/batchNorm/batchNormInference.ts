import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import type { BatchNormAttributes } from './batchNormBackward.ts'
import { forEachInChannel } from './channels.ts'

/**
 * Batch normalisation with given statistics: `y = (x − runningMean) / √(runningVariance + ε) ·
 * weight + bias`. Inputs in the order `x`, `weight`, `bias`, `runningMean`, `runningVariance`.
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
