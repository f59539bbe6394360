import { softmaxCrossEntropy } from '../../engine/ops/softmaxCrossEntropy/softmaxCrossEntropy.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import type { Loss } from './loss.ts'

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** Part of the target spread evenly over all classes, from 0 to below 1. Default 0. */
  readonly labelSmoothing?: number
  /** One per class: clips of a class with weight 2 count twice. Default: all count alike. */
  readonly classWeights?: readonly number[]
}

/**
 * Mean cross entropy of logits `[N, classes]` with labels, as PyTorch's `CrossEntropyLoss` with
 * `label_smoothing` and `weight` (whose mean divides by the weights of the batch's labels).
 * @throws SluiceError `usage` for smoothing or weights out of range
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  const { labelSmoothing = 0, classWeights } = options
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SluiceError('usage', 'labelSmoothing must be from 0 to below 1', {
      received: String(labelSmoothing),
    })
  }
  if (classWeights?.every((weight) => weight >= 0 && Number.isFinite(weight)) === false) {
    throw new SluiceError('usage', 'class weights must be numbers from 0 up', {
      received: classWeights.join(', '),
    })
  }
  const attributes = {
    labelSmoothing,
    ...(classWeights === undefined ? {} : { classWeights: [...classWeights] }),
  }
  return {
    against: 'labels',
    describe: () => ({ type: 'crossEntropy', ...attributes }),
    build(builder, logits) {
      const batch = logits.shape[0] ?? 1
      const labels = builder.input('labels', [batch], { type: 'int32', kind: 'plain' })
      const outputs = builder.apply(softmaxCrossEntropy, [logits, labels], attributes, 'loss')
      return {
        loss: present(outputs[0], 'loss'),
        probabilities: present(outputs[1], 'probabilities'),
      }
    },
    ...(classWeights === undefined
      ? {}
      : {
          weightOf: (labels) =>
            Array.from(labels).reduce((sum, label) => sum + (classWeights[label] ?? 0), 0),
        }),
  }
}

/**
 * Weights that make every class count alike however many clips it has: `all / (classes · count)`,
 * and 0 for a class without clips.
 * @param counts clips per class
 */
export function balancedClassWeights(counts: readonly number[]): number[] {
  const seen = counts.filter((count) => count > 0).length
  const all = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (count === 0 ? 0 : all / (seen * count)))
}
