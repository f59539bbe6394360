import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

export interface UpdateRunningAttributes {
  /** Part of the new statistics in the running ones. */
  readonly momentum: number
  /** Values behind each channel's statistics, to make the variance unbiased as PyTorch does. */
  readonly count: number
}

/**
 * Moves the running statistics towards those of a batch: `r = (1 − momentum) · r + momentum · s`.
 * Inputs: `runningMean` and `runningVariance` (both overwritten), `mean`, biased `variance`.
 */
export const updateRunning: OpDefinition<UpdateRunningAttributes> = {
  name: 'updateRunning',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 4, where)
    const { shape } = inputOfRank(inputs, 0, 'running mean', 1, 1, where)
    inputOfShape(inputs, 1, 'running variance', shape, where)
    inputOfShape(inputs, 2, 'mean', shape, where)
    inputOfShape(inputs, 3, 'variance', shape, where)
    return []
  },
  reference([runningMean, runningVariance, mean, variance], _outputs, { momentum, count }) {
    const means = present(runningMean, 'running mean').data
    const variances = present(runningVariance, 'running variance').data
    const newMeans = present(mean, 'mean').data
    const newVariances = present(variance, 'variance').data
    const unbiased = count / (count - 1)
    for (let c = 0; c < means.length; c++) {
      means[c] = (1 - momentum) * (means[c] as number) + momentum * (newMeans[c] as number)
      variances[c] =
        (1 - momentum) * (variances[c] as number) +
        momentum * (newVariances[c] as number) * unbiased
    }
  },
  mutates: [0, 1],
}
