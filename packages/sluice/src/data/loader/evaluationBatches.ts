import { present } from '../../foundation/invariant.ts'
import { Random } from '../../foundation/random.ts'
import { type FrameOrder, orderFrames } from '../clips/frameOrder.ts'
import { clipSpan, uniformStarts } from '../clips/sampling.ts'
import type { ClipSource } from '../dataset.ts'
import { type Batch, checkLoader, type LoaderOptions, makeBatch, type Slot } from './batch.ts'
import { prefetch } from './prefetch.ts'

/** A batch that also says which item each clip belongs to, as an item may give several. */
export interface EvaluationBatch<Item extends ClipSource = ClipSource> extends Batch<Item> {
  /** Index into the items given, for the first `valid` clips. */
  readonly itemIndices: readonly number[]
}

/** Options of `evaluationBatches`. */
export interface EvaluationOptions<Item extends ClipSource> extends LoaderOptions<Item> {
  /** Clips per recording, spread over it, whose predictions the caller averages. Default 1. */
  readonly clips?: number
  /** How the frames of a clip stand: `shown`, or one of the controls. Default `shown`. */
  readonly order?: FrameOrder
  /** Decides, with an item's index, how its clips are shuffled. Default 0. */
  readonly seed?: number
}

/**
 * Every item in order, without augmentation; a recording longer than a clip gives up to `clips` of
 * them. The last batch is padded with zeros to the same shape; `valid` counts what is real.
 */
export async function* evaluationBatches<Item extends ClipSource>(
  options: EvaluationOptions<Item>,
): AsyncGenerator<EvaluationBatch<Item>, void, undefined> {
  const { items, load, preprocessing, batch, clips = 1, concurrency = 2 } = options
  const { order: frameOrder = 'shown', seed = 0 } = options
  checkLoader(items, batch)
  const span = clipSpan(preprocessing)
  const make = async (taken: readonly IndexedSlot<Item>[]): Promise<EvaluationBatch<Item>> => ({
    ...(await makeBatch(taken, batch, preprocessing, 1)),
    itemIndices: taken.map((slot) => slot.index),
  })
  const loaded = prefetch(0, items.length, (i) => load(present(items[i], 'item')), concurrency)
  let waiting: IndexedSlot<Item>[] = []
  let index = 0
  for await (const frames of loaded) {
    const item = present(items[index], 'item')
    const random = new Random(seed, 'order of frames', index)
    for (const start of uniformStarts(frames.duration, span, clips)) {
      const order = orderFrames(frameOrder, preprocessing.frames, random)
      waiting.push({ item, index, take: async () => ({ frames, choice: { start, order } }) })
    }
    index++
    for (; waiting.length >= batch; waiting = waiting.slice(batch)) {
      yield await make(waiting.slice(0, batch))
    }
  }
  if (waiting.length > 0) yield await make(waiting)
}

interface IndexedSlot<Item> extends Slot<Item> {
  readonly index: number
}
