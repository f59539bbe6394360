import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { forEachInChannel, valuesPerChannel } from './channels.ts'

export interface BatchNormAttributes {
  /** Added to the variance before its root. */
  readonly epsilon: number
}

/**
 * Gradient of batch normalisation in training, through the statistics: with `h = (x − mean) / σ`,
 * `dBias = Σ dy`, `dWeight = Σ dy·h` and `dx = weight / σ · (dy − (dBias + h·dWeight) / count)`.
 * Inputs: `x`, `weight`, `mean`, `variance`, `dy`.
 */
export const batchNormBackward: OpDefinition<BatchNormAttributes> = {
  name: 'batchNormBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 5, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    const perChannel = [shape[1] ?? 1]
    inputOfShape(inputs, 1, 'weight', perChannel, where)
    inputOfShape(inputs, 2, 'mean', perChannel, where)
    inputOfShape(inputs, 3, 'variance', perChannel, where)
    inputOfShape(inputs, 4, 'gradient', shape, where)
    return [{ shape }, { shape: perChannel, kind: 'plain' }, { shape: perChannel, kind: 'plain' }]
  },
  reference([x, weight, mean, variance, dy], [dx, dWeight, dBias], { epsilon }) {
    const input = present(x, 'x')
    const gradient = present(dy, 'dy').data
    const weights = present(weight, 'weight').data
    const means = present(mean, 'mean').data
    const deviation = present(variance, 'variance').data.map((value) => Math.sqrt(value + epsilon))
    const target = present(dx, 'dx').data
    const weightSlope = present(dWeight, 'dWeight').data
    const biasSlope = present(dBias, 'dBias').data
    const normalised = (at: number, channel: number) =>
      ((input.data[at] as number) - (means[channel] as number)) / (deviation[channel] as number)
    forEachInChannel(input.shape, (at, channel) => {
      const slope = gradient[at] as number
      biasSlope[channel] = (biasSlope[channel] as number) + slope
      weightSlope[channel] = (weightSlope[channel] as number) + slope * normalised(at, channel)
    })
    const count = valuesPerChannel(input.shape)
    forEachInChannel(input.shape, (at, channel) => {
      const shared =
        (biasSlope[channel] as number) + normalised(at, channel) * (weightSlope[channel] as number)
      const own = (gradient[at] as number) - shared / count
      target[at] = ((weights[channel] as number) / (deviation[channel] as number)) * own
    })
  },
  sumLength: ({ inputs }) => valuesPerChannel(inputs[0]?.shape ?? []),
}
