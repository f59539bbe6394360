import { SluiceError } from '../foundation/errors.ts'
import type { Float32Tensor } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { Random } from '../foundation/random.ts'
import { formatShape } from '../foundation/shape.ts'
import type { EvaluationBatch, TrainingBatch } from './batches.ts'

/** Clips in memory, with labels, or with targets for losses that compare tensors. */
export interface Clips {
  /** `[count, C, D, H, W]`. */
  readonly inputs: Float32Tensor
  /** One per clip, from 0. */
  readonly labels?: ArrayLike<number>
  /** `[count, …]`, each of the shape of the model's output. */
  readonly targets?: Float32Tensor
}

/** Number of clips; refuses clips, labels and targets that do not go together. */
export function clipCount({ inputs, labels, targets }: Clips): number {
  const [count = 0, ...clip] = inputs.shape
  for (const label of Array.from(labels ?? [])) {
    // Batches hold labels as int32, into which other numbers would fold.
    if (Number.isSafeInteger(label) && label >= 0 && label < 2 ** 31) continue
    throw new SluiceError('data', `a clip has the label ${label}`, {
      expected: 'whole numbers from 0, one per class',
    })
  }
  const labelled = labels === undefined || labels.length === count
  const aimed = targets === undefined || targets.shape[0] === count
  if (clip.length > 0 && count > 0 && labelled && aimed) return count
  throw new SluiceError('data', 'clips and what belongs to them do not go together', {
    expected: `inputs [count, C, D, H, W], and count labels or targets`,
    received: [
      formatShape(inputs.shape),
      ...(labels === undefined ? [] : [`${labels.length} labels`]),
      ...(targets === undefined ? [] : [`targets ${formatShape(targets.shape)}`]),
    ].join(' and '),
  })
}

/**
 * Shuffled batches of an epoch, from number `first` on. The order is drawn from (seed, epoch); the
 * last batch is filled from the beginning of the order.
 */
export async function* shuffledBatches(
  clips: Clips,
  batch: number,
  seed: number,
  epoch: number,
  first: number,
): AsyncGenerator<TrainingBatch, void, undefined> {
  const count = clipCount(clips)
  const indices = Array.from({ length: count }, (_, i) => i)
  const order = new Random(seed, 'order of clips', epoch).shuffle(indices)
  for (let start = first * batch; start < count; start += batch) {
    const taken = Array.from({ length: batch }, (_, i) => order[(start + i) % count] ?? 0)
    yield gather(clips, taken, batch)
  }
}

/** All clips in order; the last batch is filled with zeros. */
export async function* batchesInOrder(
  clips: Clips,
  batch: number,
): AsyncGenerator<EvaluationBatch, void, undefined> {
  const count = clipCount(clips)
  for (let start = 0; start < count; start += batch) {
    const valid = Math.min(batch, count - start)
    const taken = Array.from({ length: valid }, (_, i) => start + i)
    yield { ...gather(clips, taken, batch), valid }
  }
}

function gather(
  { inputs, labels, targets }: Clips,
  indices: readonly number[],
  batch: number,
): TrainingBatch {
  return {
    inputs: rowsOf(inputs, indices, batch),
    ...(labels === undefined ? {} : { labels: labelsAt(labels, indices, batch) }),
    ...(targets === undefined ? {} : { targets: rowsOf(targets, indices, batch) }),
  }
}

function rowsOf(tensor: Float32Tensor, indices: readonly number[], batch: number): Float32Array {
  const size = tensor.data.length / (tensor.shape[0] ?? 1)
  const data = new Float32Array(batch * size)
  indices.forEach((index, i) => {
    data.set(tensor.data.subarray(index * size, (index + 1) * size), i * size)
  })
  return data
}

function labelsAt(
  labels: ArrayLike<number>,
  indices: readonly number[],
  batch: number,
): Int32Array {
  const chosen = new Int32Array(batch)
  indices.forEach((index, i) => {
    chosen[i] = present(labels[index], 'label')
  })
  return chosen
}
