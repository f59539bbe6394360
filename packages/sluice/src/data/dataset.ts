import { SluiceError } from '../foundation/errors.ts'
import { present } from '../foundation/invariant.ts'
import { Random } from '../foundation/random.ts'
import { naturalOrder } from './naturalOrder.ts'

/** The parts of a data set: for training, for choosing the best epoch, for the final figure. */
export type Split = 'train' | 'valid' | 'test'

/** A recording and what it shows. */
export interface ClipSource {
  /** Relative to the data set's folder, with `/` on every system. */
  readonly path: string
  /** Index into the data set's classes. */
  readonly label: number
  /** Where the data set itself puts it, if it says so. */
  readonly split?: Split
}

/** Labelled recordings. The order of `classes` is the order of a network's outputs. */
export interface ClipDataset<Item extends ClipSource = ClipSource> {
  readonly classes: readonly string[]
  readonly items: readonly Item[]
}

/** A data set from (path, class name) pairs: classes and items in natural order, whatever the input's. */
export function clipDataset(
  entries: Iterable<{ readonly path: string; readonly className: string; readonly split?: Split }>,
): ClipDataset {
  const sorted = [...entries].sort((a, b) => naturalOrder(a.path, b.path))
  const classes = [...new Set(sorted.map((entry) => entry.className))].sort(naturalOrder)
  const labels = new Map(classes.map((name, label) => [name, label]))
  const items = sorted.map(({ path, className, split }) => {
    const label = present(labels.get(className), 'class')
    return split === undefined ? { path, label } : { path, label, split }
  })
  return { classes, items }
}

/** The items that the data set itself assigns to a split. */
export function itemsOf<Item extends ClipSource>(
  dataset: ClipDataset<Item>,
  split: Split,
): ClipDataset<Item> {
  return { ...dataset, items: dataset.items.filter((item) => item.split === split) }
}

/** Items per class, in the order of classes. */
export function countPerClass(dataset: ClipDataset): number[] {
  const counts = dataset.classes.map(() => 0)
  for (const item of dataset.items) counts[item.label] = (counts[item.label] ?? 0) + 1
  return counts
}

/**
 * Sets `fraction` of every class aside. Who is set aside depends on the seed and the item's own path
 * only, so neither the order of items nor another class's new recordings move anyone across. A class
 * with two items or more keeps at least one on either side; one with a single item keeps it.
 * @param fraction from 0 to below 1
 */
export function splitByFraction<Item extends ClipSource>(
  dataset: ClipDataset<Item>,
  fraction: number,
  seed: number,
): { readonly kept: ClipDataset<Item>; readonly held: ClipDataset<Item> } {
  if (!(fraction >= 0 && fraction < 1)) {
    throw new SluiceError('usage', 'the part held out must leave something to learn from', {
      expected: 'a number from 0 to below 1',
      received: String(fraction),
    })
  }
  const held = new Set<Item>()
  for (const label of dataset.classes.keys()) {
    const ranked = dataset.items
      .filter((item) => item.label === label)
      .map((item) => ({ item, rank: new Random(seed, `held out: ${item.path}`).bits() }))
      .sort((a, b) => a.rank - b.rank || naturalOrder(a.item.path, b.item.path))
    const wanted = Math.max(fraction > 0 ? 1 : 0, Math.round(fraction * ranked.length))
    const count = Math.min(wanted, ranked.length - 1)
    for (const { item } of ranked.slice(0, Math.max(0, count))) held.add(item)
  }
  return {
    kept: { ...dataset, items: dataset.items.filter((item) => !held.has(item)) },
    held: { ...dataset, items: dataset.items.filter((item) => held.has(item)) },
  }
}

/**
 * The data set with labels that index `classes`, a trained model's, instead of its own.
 * @throws SluiceError `data` when it has a class that the model never learnt
 */
export function relabel(dataset: ClipDataset, classes: readonly string[]): ClipDataset {
  const labels = dataset.classes.map((name) => classes.indexOf(name))
  const unknown = dataset.classes.filter((_, label) => labels[label] === -1)
  if (unknown.length > 0) {
    throw new SluiceError('data', 'the clips have classes that the model does not know', {
      expected: classes.join(', '),
      received: unknown.join(', '),
      fix: 'name the folders as the model names its classes, or leave these folders out',
    })
  }
  const items = dataset.items.map((item) => ({
    ...item,
    label: present(labels[item.label], 'class'),
  }))
  return { classes, items }
}
