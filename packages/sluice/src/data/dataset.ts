import { SluiceError } from '../foundation/errors.ts'
import { present } from '../foundation/invariant.ts'
import { naturalOrder } from './naturalOrder.ts'

/** The parts of a data set: for training, for choosing the best epoch, for the final figure. */
export type Split = 'train' | 'valid' | 'test'

/** A recording and what it shows. */
export interface ClipSource {
  /**
   * Relative to the data set's folder, with `/` on every system. It is the clip's identity: a part of
   * a file has it in its name.
   */
  readonly path: string
  /** Index into the data set's classes. */
  readonly label: number
  /** Where the data set itself puts it, if it says so. */
  readonly split?: Split
  /** What it must not be separated from: clips of one person, one place, one recording. */
  readonly group?: string
}

/** Labelled recordings. The order of `classes` is the order of a network's outputs. */
export interface ClipDataset<Item extends ClipSource = ClipSource> {
  readonly classes: readonly string[]
  readonly items: readonly Item[]
}

/** A data set from (path, class name) pairs: classes and items in natural order, whatever the input's. */
export function clipDataset(
  entries: Iterable<Pick<ClipSource, 'path' | 'split' | 'group'> & { readonly className: string }>,
): ClipDataset {
  const sorted = [...entries].sort((a, b) => naturalOrder(a.path, b.path))
  const classes = [...new Set(sorted.map((entry) => entry.className))].sort(naturalOrder)
  const labels = new Map(classes.map((name, label) => [name, label]))
  const items = sorted.map(({ path, className, split, group }) => ({
    path,
    label: present(labels.get(className), 'class'),
    ...(split === undefined ? {} : { split }),
    ...(group === undefined ? {} : { group }),
  }))
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
