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
import { prefetch } from './prefetch.ts'

/** Options of `TrainingBatches`. */
export interface TrainingOptions<Item extends ClipSource> extends LoaderOptions<Item> {
  readonly augmentation: Augmentation
  readonly seed: number
  /** Names of the labels; needed where the augmentation mirrors or reverses classes. */
  readonly classes?: readonly string[]
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

  constructor(options: TrainingOptions<Item>) {
    checkLoader(options.items, options.batch)
    this.options = options
    const { preprocessing, augmentation, seed, classes = [] } = options
    counterpartLabels(augmentation.mirror, classes, 'mirror')
    counterpartLabels(augmentation.reverse, classes, 'reverse')
    this.recipe = { preprocessing, augmentation, seed, classes }
    this.perEpoch = Math.ceil(options.items.length / options.batch)
  }

  /** The batches of an epoch from the `first` on, the next prepared while one is used. */
  epoch(epoch: number, first = 0): AsyncGenerator<Batch<Item>, void, undefined> {
    const { items, batch, seed, preprocessing, concurrency = 2 } = this.options
    const order = new Random(seed, 'order of an epoch', epoch).shuffle([...items.keys()])
    return prefetch(first, this.perEpoch, (index) => {
      const slots: Slot<Item>[] = []
      for (let i = 0; i < batch; i++) slots.push(this.slot(order, epoch, index * batch + i))
      return makeBatch(slots, batch, preprocessing, concurrency)
    })
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
