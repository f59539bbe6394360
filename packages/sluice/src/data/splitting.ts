import { SluiceError } from '../foundation/errors.ts'
import { Random } from '../foundation/random.ts'
import { type ClipDataset, type ClipSource, countPerClass, type Split } from './dataset.ts'
import { naturalOrder } from './naturalOrder.ts'

/** Items that stay together, and how many of each class they are. */
interface Group<Item> {
  readonly name: string
  readonly items: Item[]
  readonly counts: Map<number, number>
}

/**
 * Sets about `fraction` of every class aside, never dividing a group; an item without one is a group
 * of its own. Who is set aside depends on the seed and the names of groups and items only, so neither
 * the order of items nor another class's new recordings move anyone across (unless groups span
 * classes). A class that has two groups or more keeps at least one on either side, as far as groups
 * that it shares with other classes allow; one with a single group keeps it.
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
  const groups = groupsOf(dataset)
  const ranked = new Map<number, Group<Item>[]>()
  const inOrder = groups
    .map((group) => ({ group, rank: new Random(seed, `held out: ${group.name}`).bits() }))
    .sort((a, b) => a.rank - b.rank || naturalOrder(a.group.name, b.group.name))
  for (const { group } of inOrder) {
    for (const label of group.counts.keys()) {
      const others = ranked.get(label) ?? []
      others.push(group)
      ranked.set(label, others)
    }
  }
  const total = countPerClass(dataset)
  const taken = total.map(() => 0)
  const held = new Set<Group<Item>>()
  const mayHold = (group: Group<Item>): boolean =>
    [...group.counts].every(([label, count]) => (taken[label] ?? 0) + count < (total[label] ?? 0))
  for (const label of dataset.classes.keys()) {
    const all = total[label] ?? 0
    const wanted = fraction > 0 ? Math.max(1, Math.round(fraction * all)) : 0
    for (const group of ranked.get(label) ?? []) {
      const count = group.counts.get(label) ?? 0
      const missing = wanted - (taken[label] ?? 0)
      if (missing <= 0) break
      if (held.has(group) || !mayHold(group)) continue
      // A large group may miss the mark by more than leaving it out; but one there must be.
      if ((taken[label] ?? 0) > 0 && count - missing > missing) continue
      held.add(group)
      for (const [of, more] of group.counts) taken[of] = (taken[of] ?? 0) + more
    }
  }
  const away = new Set([...held].flatMap((group) => group.items))
  return {
    kept: { ...dataset, items: dataset.items.filter((item) => !away.has(item)) },
    held: { ...dataset, items: dataset.items.filter((item) => away.has(item)) },
  }
}

function groupsOf<Item extends ClipSource>({ items }: ClipDataset<Item>): Group<Item>[] {
  const groups = new Map<string, Group<Item>>()
  for (const item of items) {
    // A path and a group of the same name are different things.
    const key = item.group === undefined ? `path ${item.path}` : `group ${item.group}`
    const group = groups.get(key) ?? {
      name: item.group ?? item.path,
      items: [],
      counts: new Map<number, number>(),
    }
    group.items.push(item)
    group.counts.set(item.label, (group.counts.get(item.label) ?? 0) + 1)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Names of classes of which a part has no clips: it says nothing about them. */
export function classesWithout(part: ClipDataset): string[] {
  const counts = countPerClass(part)
  return part.classes.filter((_, label) => counts[label] === 0)
}

/** Groups that the data set's own splits divide, with the splits: what is learnt leaks into them. */
export function dividedGroups(dataset: ClipDataset): Map<string, Split[]> {
  const splits = new Map<string, Set<Split>>()
  for (const { group, split } of dataset.items) {
    if (group === undefined || split === undefined) continue
    const known = splits.get(group) ?? new Set()
    splits.set(group, known.add(split))
  }
  return new Map(
    [...splits].filter(([, found]) => found.size > 1).map(([name, found]) => [name, [...found]]),
  )
}
