import { inpaintingBatch, type MaskedPicture } from 'sluice/inpainting'
import type { TrainingBatch } from 'sluice/training'

/** Batches that are in the making while one trains. */
const AHEAD = 3

export interface PictureBatchesOptions {
  /** Pictures per batch. */
  readonly batch: number
  /** Numbers of the first batch, and of the one after the last. */
  readonly from: number
  readonly to: number
  /** Makes the training picture of this number. */
  readonly make: (index: number) => Promise<MaskedPicture>
}

/** Batches of training pictures in order, made ahead of time. */
export async function* pictureBatches(
  options: PictureBatchesOptions,
): AsyncGenerator<TrainingBatch, void, undefined> {
  const { batch, from, to, make } = options
  const queue: Promise<MaskedPicture[]>[] = []
  let next = from
  const askAhead = (): void => {
    for (; queue.length < AHEAD && next < to; next++) {
      const first = next * batch
      const pictures = Promise.all(Array.from({ length: batch }, (_, i) => make(first + i)))
      // Whoever takes the batch hears of it; until then nobody does.
      pictures.catch(() => {})
      queue.push(pictures)
    }
  }
  askAhead()
  for (let waiting = queue.shift(); waiting !== undefined; waiting = queue.shift()) {
    askAhead()
    yield inpaintingBatch(await waiting)
  }
}
