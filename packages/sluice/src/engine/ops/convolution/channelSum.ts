import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, requireCount } from '../inputChecks.ts'

export interface ChannelSumAttributes {
  /** The channels are those of this many convolutions, one after another; each gets an output. */
  readonly branches: 1 | 2
}

/** Sum over batch and space: the gradient of biases. `[N, branches·O, …]` → `branches` × `[O]`. */
export const channelSum: OpDefinition<ChannelSumAttributes> = {
  name: 'channelSum',
  infer(inputs, { branches }, where) {
    requireCount(inputs, 1, where)
    const { shape } = inputOfRank(inputs, 0, 'gradient', 2, 5, where)
    const [, channels = 1] = shape
    if (channels % branches !== 0) {
      throw new SluiceError('shape', 'the channels do not fall into whole branches', {
        where,
        expected: `a multiple of ${branches}`,
        received: formatShape(shape),
      })
    }
    return Array.from({ length: branches }, () => ({
      shape: [channels / branches],
      kind: 'plain' as const,
    }))
  },
  reference([dy], sums, { branches }) {
    const { shape, data } = present(dy, 'gradient')
    const [batch = 1, channels = 1, ...space] = shape
    const pixels = elementCount(space)
    for (let n = 0; n < batch; n++) {
      for (let channel = 0; channel < channels; channel++) {
        const perBranch = channels / branches
        const sum = present(sums[Math.floor(channel / perBranch)], 'sum').data
        const at = channel % perBranch
        for (let pixel = 0; pixel < pixels; pixel++) {
          const value = data[(n * channels + channel) * pixels + pixel] as number
          sum[at] = (sum[at] as number) + value
        }
      }
    }
  },
  sumLength({ inputs }) {
    const [batch = 1, , ...space] = inputs[0]?.shape ?? []
    return batch * elementCount(space)
  },
}
