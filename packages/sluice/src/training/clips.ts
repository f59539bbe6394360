import { SluiceError } from '../foundation/errors.ts'
import type { Float32Tensor } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { Random } from '../foundation/random.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'
import type { EvaluationBatch, TrainingBatch } from './batches.ts'

/** Labelled clips in memory. */
export interface Clips {
  /** `[count, C, D, H, W]`. */
  readonly inputs: Float32Tensor
  /** One per clip, from 0. */
  readonly labels: ArrayLike<number>
}

/** Shape of one clip; refuses clips and labels that do not go together. */
export function clipShape({ inputs, labels }: Clips): Shape {
  const [count = 0, ...clip] = inputs.shape
  for (const label of Array.from(labels)) {
    // Batches hold labels as int32, into which other numbers would fold.
    if (Number.isSafeInteger(label) && label >= 0 && label < 2 ** 31) continue
    throw new SluiceError('data', `a clip has the label ${label}`, {
      expected: 'whole numbers from 0, one per class',
    })
  }
  if (clip.length > 0 && count > 0 && count === labels.length) return clip
  throw new SluiceError('data', 'clips and labels do not go together', {
    expected: `inputs [count, C, D, H, W] and count labels`,
    received: `${formatShape(inputs.shape)} and ${labels.length} labels`,
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
  const count = clips.labels.length
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
  const count = clips.labels.length
  for (let start = 0; start < count; start += batch) {
    const valid = Math.min(batch, count - start)
    const taken = Array.from({ length: valid }, (_, i) => start + i)
    yield { ...gather(clips, taken, batch), valid }
  }
}

function gather(
  { inputs, labels }: Clips,
  indices: readonly number[],
  batch: number,
): TrainingBatch {
  const size = inputs.data.length / labels.length
  const data = new Float32Array(batch * size)
  const chosen = new Int32Array(batch)
  indices.forEach((index, i) => {
    data.set(inputs.data.subarray(index * size, (index + 1) * size), i * size)
    chosen[i] = present(labels[index], 'label')
  })
  return { inputs: data, labels: chosen }
}
