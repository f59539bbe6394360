import { SluiceError } from '../foundation/errors.ts'
import { present } from '../foundation/invariant.ts'
import { argmax } from './softmax.ts'

/** One clip or video: what it is, and how likely the network finds each class. */
export interface Prediction {
  readonly label: number
  /** One per class, summing to 1. */
  readonly probabilities: ArrayLike<number>
}

/** How one class fares. A ratio with nothing to count is 0. */
export interface ClassMetrics {
  /** Of what was called this class, how much was. */
  readonly precision: number
  /** Of what was this class, how much was called so. */
  readonly recall: number
  /** Harmonic mean of the two. */
  readonly f1: number
  /** How many there were. */
  readonly support: number
}

/** How well a classifier does on a set of items. */
export interface ClassificationMetrics {
  readonly count: number
  /** Part whose most likely class is right. */
  readonly top1: number
  /** Part whose class is among the `k` most likely. */
  readonly topK: number
  readonly k: number
  /** Mean cross entropy in nats. */
  readonly loss: number
  readonly perClass: readonly ClassMetrics[]
  /** Row: the class it was. Column: the class it was called. */
  readonly confusion: readonly (readonly number[])[]
}

/** Part of the predictions whose most likely class is right; 0 when there are none. */
export function top1(predictions: readonly Prediction[]): number {
  return topK(predictions, 1)
}

/** Part whose class is among the `k` most likely; of equally likely classes the lower index wins. */
export function topK(predictions: readonly Prediction[], k: number): number {
  const right = predictions.filter(({ label, probabilities }) => {
    const own = present(probabilities[label], 'probability')
    let before = 0
    for (let i = 0; i < probabilities.length; i++) {
      const other = present(probabilities[i], 'probability')
      if (other > own || (other === own && i < label)) before++
    }
    return before < k
  })
  return ratio(right.length, predictions.length)
}

/** `confusion[is][called]`, counts. */
export function confusionMatrix(predictions: readonly Prediction[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const { label, probabilities } of predictions) {
    const row = present(matrix[label], 'class')
    const called = argmax(probabilities)
    row[called] = (row[called] ?? 0) + 1
  }
  return matrix
}

/** Precision, recall, F1 and support of each class of a confusion matrix. */
export function perClassMetrics(confusion: readonly (readonly number[])[]): ClassMetrics[] {
  return confusion.map((row, index) => {
    const hits = row[index] ?? 0
    const support = row.reduce((sum, count) => sum + count, 0)
    const called = confusion.reduce((sum, other) => sum + (other[index] ?? 0), 0)
    return {
      precision: ratio(hits, called),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + called),
      support,
    }
  })
}

/**
 * Everything at once.
 * @param k for top-k; at most the number of classes is used. Default 5
 * @throws SluiceError `numeric` when a probability is no number
 */
export function classificationMetrics(
  predictions: readonly Prediction[],
  classes: number,
  k = 5,
): ClassificationMetrics {
  const depth = Math.min(k, classes)
  let nats = 0
  for (const { label, probabilities } of predictions) {
    const own = present(probabilities[label], 'probability')
    // A probability that rounds to zero would make the mean infinite: the smallest double bounds it.
    nats -= Math.log(Math.max(own, Number.MIN_VALUE))
  }
  if (Number.isNaN(nats)) {
    throw new SluiceError('numeric', 'the network gives NaN for some clips', {
      fix: 'its weights or the clips hold NaN; train again with a lower learning rate',
    })
  }
  const confusion = confusionMatrix(predictions, classes)
  return {
    count: predictions.length,
    top1: top1(predictions),
    topK: topK(predictions, depth),
    k: depth,
    loss: ratio(nats, predictions.length),
    perClass: perClassMetrics(confusion),
    confusion,
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
