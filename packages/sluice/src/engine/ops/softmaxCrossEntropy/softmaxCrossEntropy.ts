import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

export interface SoftmaxCrossEntropyAttributes {
  /** Part of the target spread evenly over all classes, from 0 to 1. */
  readonly labelSmoothing: number
  /** One per class: how much its share of the target counts. Without them all count alike. */
  readonly classWeights?: readonly number[]
}

function checkWeights(
  { classWeights }: SoftmaxCrossEntropyAttributes,
  classes: number | undefined,
  where: string,
): void {
  if (classWeights === undefined) return
  const usable = classWeights.every((weight) => weight >= 0 && Number.isFinite(weight))
  if (usable && classWeights.length === classes) return
  throw new SluiceError('usage', 'class weights must be numbers from 0 up, one per class', {
    where,
    expected: `${classes} numbers`,
    received: `${classWeights.length}: ${classWeights.slice(0, 8).join(', ')}`,
  })
}

/** What the mean divides by: the weights of the labels together, their number where all weigh 1. */
function weightOfLabels(labels: ArrayLike<number>, weights: readonly number[] | undefined): number {
  if (weights === undefined) return labels.length
  return Array.from(labels).reduce((sum, label) => sum + (weights[label] as number), 0)
}

/** Target probability of class `c` when the label is `label`. */
function target(c: number, label: number, classes: number, smoothing: number): number {
  return smoothing / classes + (c === label ? 1 - smoothing : 0)
}

/**
 * `dLogits = dLoss / N · (probabilities − target)`; with class weights `w` the target is `w ⊙ target`,
 * the probabilities are multiplied by its sum, and N is the sum of the labels' weights.
 */
export const softmaxCrossEntropyBackward: OpDefinition<SoftmaxCrossEntropyAttributes> = {
  name: 'softmaxCrossEntropyBackward',
  infer(inputs, attributes, where) {
    requireCount(inputs, 3, where)
    const { shape } = inputOfRank(inputs, 0, 'probabilities', 2, 2, where)
    checkWeights(attributes, shape[1], where)
    inputOfShape(inputs, 1, 'labels', [shape[0] ?? 1], where)
    inputOfShape(inputs, 2, 'gradient of the loss', [], where)
    return [{ shape }]
  },
  reference([probabilities, labels, dLoss], [dLogits], { labelSmoothing, classWeights }) {
    const { shape, data } = present(probabilities, 'probabilities')
    const label = present(labels, 'labels').data
    const slope = present(present(dLoss, 'dLoss').data[0], 'dLoss')
    const gradient = present(dLogits, 'dLogits').data
    const [batch = 1, classes = 1] = shape
    const scale = slope / weightOfLabels(label, classWeights)
    for (let n = 0; n < batch; n++) {
      const aims = Array.from({ length: classes }, (_, c) => {
        return target(c, label[n] as number, classes, labelSmoothing) * (classWeights?.[c] ?? 1)
      })
      const sum = aims.reduce((total, aim) => total + aim, 0)
      aims.forEach((aim, c) => {
        const at = n * classes + c
        gradient[at] = scale * ((data[at] as number) * sum - aim)
      })
    }
  },
}

/**
 * Softmax and the mean cross entropy with the labels, as PyTorch's `CrossEntropyLoss` with
 * `label_smoothing` and `weight` (whose mean divides by the weights of the labels): `logits` `[N, C]` and `labels` `[N]` (int32) give the loss, a scalar, and the
 * probabilities `[N, C]`, which take no gradient of their own.
 */
export const softmaxCrossEntropy: OpDefinition<SoftmaxCrossEntropyAttributes> = {
  name: 'softmaxCrossEntropy',
  infer(inputs, attributes, where) {
    requireCount(inputs, 2, where)
    const { shape } = inputOfRank(inputs, 0, 'logits', 2, 2, where)
    checkWeights(attributes, shape[1], where)
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
  reference([logits, labels], [loss, probabilities], { labelSmoothing, classWeights }) {
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
        const aim = target(c, label[n] as number, classes, labelSmoothing)
        total -= aim * (classWeights?.[c] ?? 1) * logProbability
      })
    }
    present(loss, 'loss').data[0] = total / weightOfLabels(label, classWeights)
  },
  sumLength: ({ inputs }) => (inputs[0]?.shape[0] ?? 1) * (inputs[0]?.shape[1] ?? 1),
}
