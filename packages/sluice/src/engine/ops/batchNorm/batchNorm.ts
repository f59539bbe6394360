import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { formatShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { type BatchNormAttributes, batchNormBackward } from './batchNormBackward.ts'
import { forEachInChannel, valuesPerChannel } from './channels.ts'

export type { BatchNormAttributes } from './batchNormBackward.ts'

/**
 * Batch normalisation in training (Ioffe and Szegedy, 2015): each channel of `x` `[N, C, …]` gets
 * mean 0 and variance 1 over batch and space, then `weight` and `bias` `[C]`. Further outputs: the
 * mean and the biased variance `[C]`, for running statistics; they take no gradient of their own.
 */
export const batchNorm: OpDefinition<BatchNormAttributes> = {
  name: 'batchNorm',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 3, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    const perChannel = [shape[1] ?? 1]
    inputOfShape(inputs, 1, 'weight', perChannel, where)
    inputOfShape(inputs, 2, 'bias', perChannel, where)
    if (valuesPerChannel(shape) < 2) {
      throw new SluiceError(
        'shape',
        'batch normalisation learns nothing from one value a channel',
        {
          where,
          expected: 'at least two values per channel in training',
          received: formatShape(shape),
          fix: 'use a larger batch or input',
        },
      )
    }
    return [{ shape }, { shape: perChannel, kind: 'plain' }, { shape: perChannel, kind: 'plain' }]
  },
  gradient({ builder, node, inputs: [x, weight], outputs, attributes, outputGradients: [dy] }) {
    const [, mean, variance] = outputs
    if (dy === undefined) return []
    return builder.apply(
      batchNormBackward,
      [
        present(x, 'x'),
        present(weight, 'weight'),
        present(mean, 'mean'),
        present(variance, 'variance'),
        dy,
      ],
      attributes,
      node.path,
    )
  },
  reference([x, weight, bias], [y, mean, variance], { epsilon }) {
    const { shape, data } = present(x, 'x')
    const means = present(mean, 'mean').data
    const variances = present(variance, 'variance').data
    const count = valuesPerChannel(shape)
    forEachInChannel(shape, (at, channel) => {
      means[channel] = (means[channel] as number) + (data[at] as number) / count
    })
    forEachInChannel(shape, (at, channel) => {
      const distance = (data[at] as number) - (means[channel] as number)
      variances[channel] = (variances[channel] as number) + distance ** 2 / count
    })
    const weights = present(weight, 'weight').data
    const biases = present(bias, 'bias').data
    const output = present(y, 'y').data
    forEachInChannel(shape, (at, channel) => {
      const distance = (data[at] as number) - (means[channel] as number)
      const normalised = distance / Math.sqrt((variances[channel] as number) + epsilon)
      output[at] = normalised * (weights[channel] as number) + (biases[channel] as number)
    })
  },
  sumLength: ({ inputs }) => valuesPerChannel(inputs[0]?.shape ?? []),
}
