import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

export interface SoftmaxCrossEntropyAttributes {
  /** Part of the target spread evenly over all classes, from 0 to 1. */
  readonly labelSmoothing: number
}

/** Target probability of class `c` when the label is `label`. */
function target(c: number, label: number, classes: number, smoothing: number): number {
  return smoothing / classes + (c === label ? 1 - smoothing : 0)
}

/** `dLogits = dLoss / N · (probabilities − target)`. */
export const softmaxCrossEntropyBackward: OpDefinition<SoftmaxCrossEntropyAttributes> = {
  name: 'softmaxCrossEntropyBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 3, where)
    const { shape } = inputOfRank(inputs, 0, 'probabilities', 2, 2, where)
    inputOfShape(inputs, 1, 'labels', [shape[0] ?? 1], where)
    inputOfShape(inputs, 2, 'gradient of the loss', [], where)
    return [{ shape }]
  },
  reference([probabilities, labels, dLoss], [dLogits], { labelSmoothing }) {
    const { shape, data } = present(probabilities, 'probabilities')
    const label = present(labels, 'labels').data
    const slope = present(present(dLoss, 'dLoss').data[0], 'dLoss')
    const gradient = present(dLogits, 'dLogits').data
    const [batch = 1, classes = 1] = shape
    for (let i = 0; i < data.length; i++) {
      const wanted = label[Math.floor(i / classes)] as number
      const aim = target(i % classes, wanted, classes, labelSmoothing)
      gradient[i] = (slope / batch) * ((data[i] as number) - aim)
    }
  },
}

/**
 * Softmax and the mean cross entropy with the labels, as PyTorch's `CrossEntropyLoss` with
 * `label_smoothing`: `logits` `[N, C]` and `labels` `[N]` (int32) give the loss, a scalar, and the
 * probabilities `[N, C]`, which take no gradient of their own.
 */
export const softmaxCrossEntropy: OpDefinition<SoftmaxCrossEntropyAttributes> = {
  name: 'softmaxCrossEntropy',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const { shape } = inputOfRank(inputs, 0, 'logits', 2, 2, where)
    inputOfShape(inputs, 1, 'labels', [shape[0] ?? 1], where)
    return [{ shape: [], kind: 'plain' }, { shape }]
  },
  gradient({ builder, node, inputs: [, labels], outputs, attributes, outputGradients: [dLoss] }) {
    if (dLoss === undefined || labels === undefined) return []
    const probabilities = present(outputs[1], 'probabilities')
    return [
      builder.applyOne(
        softmaxCrossEntropyBackward,
        [probabilities, labels, dLoss],
        attributes,
        node.path,
      ),
    ]
  },
  reference([logits, labels], [loss, probabilities], { labelSmoothing }) {
    const { shape, data } = present(logits, 'logits')
    const label = present(labels, 'labels').data
    const softmax = present(probabilities, 'probabilities').data
    const [batch = 1, classes = 1] = shape
    let total = 0
    for (let n = 0; n < batch; n++) {
      const row = data.subarray(n * classes, (n + 1) * classes)
      const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
      const sum = row.reduce((sofar, value) => sofar + Math.exp(value - largest), 0)
      row.forEach((value, c) => {
        const logProbability = value - largest - Math.log(sum)
        softmax[n * classes + c] = Math.exp(logProbability)
        total -= target(c, label[n] as number, classes, labelSmoothing) * logProbability
      })
    }
    present(loss, 'loss').data[0] = total / batch
  },
  sumLength: ({ inputs }) => (inputs[0]?.shape[0] ?? 1) * (inputs[0]?.shape[1] ?? 1),
}
