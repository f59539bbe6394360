import { SluiceError } from '../../foundation/errors.ts'
import type { Shape } from '../../foundation/shape.ts'
import { inputShape, type Preprocessing } from '../clips/preprocessing.ts'
import type { Recording } from '../clips/tensorClip.ts'
import { clipElements } from '../clips/toTensor.ts'
import type { ClipSource } from '../dataset.ts'
import { mapInOrder } from './prefetch.ts'

/** Clips side by side, as a network takes them. */
export interface Batch<Item extends ClipSource = ClipSource> {
  /** `[batch, C, D, H, W]`, always the full batch. */
  readonly inputs: Float32Array
  readonly shape: Shape
  /** `[batch]`; −1 where there is no clip. */
  readonly labels: Int32Array
  /** The recordings behind the first `valid` clips. */
  readonly items: readonly Item[]
  /** How many clips are real; the rest is zeros. */
  readonly valid: number
}

/** What every loader needs to know. */
export interface LoaderOptions<Item extends ClipSource> {
  readonly items: readonly Item[]
  /** Decodes a recording; its error ends the iteration. */
  readonly load: (item: Item) => Promise<Recording>
  readonly preprocessing: Preprocessing
  /** Clips per batch. */
  readonly batch: number
  /** Recordings decoded at the same time. Default 2. Changes speed, never bits. */
  readonly concurrency?: number
}

/** One clip as the network takes it, and its label. */
export interface MadeClip {
  /** `[C, D, H, W]`. */
  readonly values: Float32Array
  readonly label: number
}

/** One clip to be made, of a recording. */
export interface Slot<Item> {
  readonly item: Item
  readonly make: () => Promise<MadeClip>
}

/** Fills a batch of `size` clips from as many slots or fewer. */
export async function makeBatch<Item extends ClipSource>(
  slots: readonly Slot<Item>[],
  size: number,
  preprocessing: Preprocessing,
  concurrency: number,
): Promise<Batch<Item>> {
  const elements = clipElements(preprocessing)
  const inputs = new Float32Array(size * elements)
  const labels = new Int32Array(size).fill(-1)
  await mapInOrder(slots, concurrency, async ({ make }, i) => {
    const { values, label } = await make()
    inputs.set(values, i * elements)
    labels[i] = label
  })
  return {
    inputs,
    shape: [size, ...inputShape(preprocessing)],
    labels,
    items: slots.map((slot) => slot.item),
    valid: slots.length,
  }
}

/** @throws SluiceError when there is nothing to load, or no whole number of clips to load it in */
export function checkLoader(items: readonly unknown[], batch: number): void {
  if (items.length === 0) {
    throw new SluiceError('data', 'there are no clips to load', {
      fix: 'check the folder, and the part of it that is used (train, valid or test)',
    })
  }
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new SluiceError('usage', 'clips per batch must be a whole number from 1', {
      received: String(batch),
    })
  }
}
