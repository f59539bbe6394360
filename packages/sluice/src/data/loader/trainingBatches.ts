import { present } from '../../foundation/invariant.ts'
import { Random } from '../../foundation/random.ts'
import type { Augmentation } from '../augment/augmentation.ts'
import { counterpartLabels } from '../augment/counterparts.ts'
import type { ClipSource } from '../dataset.ts'
import {
  type Batch,
  checkLoader,
  type LoaderOptions,
  type MadeClip,
  makeBatch,
  type Slot,
} from './batch.ts'
import { makeTrainingClip, type TrainingPlace, type TrainingRecipe } from './makeClips.ts'

/** Options of `TrainingBatches`. */
export interface TrainingOptions<Item extends ClipSource> extends LoaderOptions<Item> {
  readonly augmentation: Augmentation
  readonly seed: number
  /** Names of the labels; needed where the augmentation mirrors or reverses classes. */
  readonly classes?: readonly string[]
  /** Batches under way while one is used. Default 1. Changes speed and memory, never bits. */
  readonly ahead?: number
  /** Epochs in all, so that the next is prepared while one ends; unless given, none is. */
  readonly epochs?: number
  /** Makes a clip elsewhere, in place of `load` and `makeTrainingClip` here; to the same bits. */
  readonly make?: (item: Item, recipe: TrainingRecipe, place: TrainingPlace) => Promise<MadeClip>
}

/**
 * Batches for training. An epoch is a shuffle drawn from (seed, epoch) and every clip's augmentation
 * from (seed, epoch, item), so any batch can be made without those before it: a resumed run starts
 * at batch k and gets the bits it would have got.
 *
 * The last batch is filled by going round to the start of the epoch's order. Every item is seen and
 * no batch is small, which would make its gradients noisier and need kernels for another shape; an
 * item that comes round again is augmented anew.
 */
export class TrainingBatches<Item extends ClipSource> {
  /** Batches in an epoch. */
  readonly perEpoch: number
  private readonly options: TrainingOptions<Item>
  private readonly recipe: TrainingRecipe
  /** Batches under way. */
  private readonly begun = new Map<string, Promise<Batch<Item>>>()
  private order: { readonly epoch: number; readonly indices: readonly number[] } | undefined

  constructor(options: TrainingOptions<Item>) {
    checkLoader(options.items, options.batch)
    this.options = options
    const { preprocessing, augmentation, seed, classes = [] } = options
    counterpartLabels(augmentation.mirror, classes, 'mirror')
    counterpartLabels(augmentation.reverse, classes, 'reverse')
    this.recipe = { preprocessing, augmentation, seed, classes }
    this.perEpoch = Math.ceil(options.items.length / options.batch)
  }

  /**
   * The batches of an epoch from the `first` on. The next ones, those of the next epoch too, are
   * prepared while one is used.
   */
  async *epoch(epoch: number, first = 0): AsyncGenerator<Batch<Item>, void, undefined> {
    for (let index = first; index < this.perEpoch; index++) {
      const batch = await this.begin(epoch, index)
      this.begun.delete(nameOf(epoch, index))
      this.beginNext(epoch, index)
      yield batch
    }
  }

  /** Begins the batches that come after one, and forgets any others that were begun. */
  private beginNext(epoch: number, index: number): void {
    const { ahead = 1, epochs = 0 } = this.options
    const wanted = new Set<string>()
    for (let step = index + 1; step <= index + ahead; step++) {
      const at = epoch + Math.floor(step / this.perEpoch)
      if (at > epoch && at >= epochs) break
      wanted.add(nameOf(at, step % this.perEpoch))
      this.begin(at, step % this.perEpoch)
    }
    for (const name of this.begun.keys()) if (!wanted.has(name)) this.begun.delete(name)
  }

  private begin(epoch: number, index: number): Promise<Batch<Item>> {
    const name = nameOf(epoch, index)
    const known = this.begun.get(name)
    if (known !== undefined) return known
    const { batch, preprocessing, concurrency = 2 } = this.options
    const order = this.orderOf(epoch)
    const slots: Slot<Item>[] = []
    for (let i = 0; i < batch; i++) slots.push(this.slot(order, epoch, index * batch + i))
    const promise = makeBatch(slots, batch, preprocessing, concurrency)
    // It may fail before anyone awaits it, which must not count as an unhandled rejection.
    promise.catch(() => {})
    this.begun.set(name, promise)
    return promise
  }

  private orderOf(epoch: number): readonly number[] {
    if (this.order?.epoch !== epoch) {
      const { items, seed } = this.options
      const indices = new Random(seed, 'order of an epoch', epoch).shuffle([...items.keys()])
      this.order = { epoch, indices }
    }
    return this.order.indices
  }

  private slot(order: readonly number[], epoch: number, position: number): Slot<Item> {
    const { items, load, make } = this.options
    const round = Math.floor(position / items.length)
    const index = present(order[position % items.length], 'position')
    const item = present(items[index], 'item')
    const place = { epoch, sample: round * items.length + index }
    return {
      item,
      make: async () =>
        make === undefined
          ? makeTrainingClip(await load(item), item.label, this.recipe, place)
          : make(item, this.recipe, place),
    }
  }
}

function nameOf(epoch: number, index: number): string {
  return `${epoch}/${index}`
}
