import { SluiceError } from '../foundation/errors.ts'
import { present } from '../foundation/invariant.ts'
import type { EvaluationBatch, TrainingBatch } from './batches.ts'
import type { Prediction } from './metrics.ts'
import { softmax } from './softmax.ts'

/** Logits `[N, classes]`, row-major, for a batch of clips. */
export type Predict = (inputs: Float32Array) => Float32Array | Promise<Float32Array>

/**
 * Predicts every item of some batches, averaging the probabilities of the clips of one item. Items
 * come in order of their index.
 *
 * @throws SluiceError `data` for a label that is no class of the network
 */
export async function predictItems(
  predict: Predict,
  batches: AsyncIterable<EvaluationBatch> | Iterable<EvaluationBatch>,
): Promise<Prediction[]> {
  const sums = new Map<number, { label: number; clips: number; sum: Float64Array }>()
  let standingAlone = 0
  for await (const batch of batches) {
    const { inputs, valid, itemIndices } = batch
    const labels = labelsOf(batch)
    const logits = await predict(inputs)
    const classes = logits.length / labels.length
    for (let i = 0; i < valid; i++) {
      const label = present(labels[i], 'label')
      checkLabel(label, classes)
      const probabilities = softmax(logits.subarray(i * classes, (i + 1) * classes))
      const index = itemIndices === undefined ? standingAlone++ : present(itemIndices[i], 'item')
      const item = sums.get(index)
      if (item === undefined) {
        sums.set(index, { label, clips: 1, sum: probabilities })
      } else {
        item.clips++
        item.sum = item.sum.map((value, c) => value + present(probabilities[c], 'probability'))
      }
    }
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([, { label, clips, sum }]) => ({ label, probabilities: sum.map((x) => x / clips) }))
}

/** The labels of a batch; refused when it has none. */
export function labelsOf({ labels }: TrainingBatch): Int32Array {
  if (labels !== undefined) return labels
  throw new SluiceError('data', 'a batch brings no labels', {
    fix: 'give labels, or a loss that compares with targets',
  })
}

/** Refuses labels outside the classes before a kernel would read past an array with one. */
export function checkLabel(label: number, classes: number): void {
  if (Number.isSafeInteger(label) && label >= 0 && label < classes) return
  throw new SluiceError('data', `a clip has the label ${label}`, {
    expected: `0 to ${classes - 1}, as the network has ${classes} outputs`,
  })
}
