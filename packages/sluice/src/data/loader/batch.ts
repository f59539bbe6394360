import { SluiceError } from '../../foundation/errors.ts'
import type { Shape } from '../../foundation/shape.ts'
import type { Frames } from '../clips/frames.ts'
import type { Preprocessing } from '../clips/preprocessing.ts'
import { type ClipChoice, clipElements, clipToTensor } from '../clips/toTensor.ts'
import type { ClipSource } from '../dataset.ts'
import { mapInOrder } from './prefetch.ts'

/** Clips side by side, as a network takes them. */
export interface Batch<Item extends ClipSource = ClipSource> {
  /** `[batch, 3, frames, size, size]`, always the full batch. */
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
  readonly load: (item: Item) => Promise<Frames>
  readonly preprocessing: Preprocessing
  /** Clips per batch. */
  readonly batch: number
  /** Recordings decoded at the same time. Default 2. Changes speed, never bits. */
  readonly concurrency?: number
}

/** One clip to be made: its recording, and what is taken from that. */
export interface Slot<Item> {
  readonly item: Item
  readonly take: () => Promise<{ readonly frames: Frames; readonly choice: ClipChoice }>
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
  await mapInOrder(slots, concurrency, async ({ item, take }, i) => {
    const { frames, choice } = await take()
    clipToTensor(frames, preprocessing, choice, inputs, i * elements)
    labels[i] = item.label
  })
  return {
    inputs,
    shape: [size, 3, preprocessing.frames, preprocessing.size, preprocessing.size],
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
