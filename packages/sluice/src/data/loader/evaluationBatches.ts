import { present } from '../../foundation/invariant.ts'
import type { FrameOrder } from '../clips/frameOrder.ts'
import type { ClipSource } from '../dataset.ts'
import { type Batch, checkLoader, type LoaderOptions, makeBatch, type Slot } from './batch.ts'
import { type EvaluationRecipe, makeEvaluationClips } from './makeClips.ts'
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
  /** Makes an item's clips elsewhere, in place of `load` and `makeEvaluationClips` here. */
  readonly make?: (item: Item, recipe: EvaluationRecipe, index: number) => Promise<Float32Array[]>
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
  const recipe: EvaluationRecipe = { preprocessing, clips, order: frameOrder, seed }
  const makeHere = async (item: Item, _: EvaluationRecipe, index: number) =>
    makeEvaluationClips(await load(item), recipe, index)
  const { make = makeHere } = options
  const batchOf = async (taken: readonly IndexedSlot<Item>[]): Promise<EvaluationBatch<Item>> => ({
    ...(await makeBatch(taken, batch, preprocessing, 1)),
    itemIndices: taken.map((slot) => slot.index),
  })
  const made = prefetch(
    0,
    items.length,
    (i) => make(present(items[i], 'item'), recipe, i),
    concurrency,
  )
  let waiting: IndexedSlot<Item>[] = []
  let index = 0
  for await (const inputs of made) {
    const item = present(items[index], 'item')
    for (const values of inputs) {
      waiting.push({ item, index, make: async () => ({ values, label: item.label }) })
    }
    index++
    for (; waiting.length >= batch; waiting = waiting.slice(batch)) {
      yield await batchOf(waiting.slice(0, batch))
    }
  }
  if (waiting.length > 0) yield await batchOf(waiting)
}

interface IndexedSlot<Item> extends Slot<Item> {
  readonly index: number
}
