import type { ClipDataset, Split } from 'sluice/data'
import type { Skipped } from '../clips/walkFolders.ts'
import { findRelations, type Relation, tooManyPairs } from './findLeaks.ts'
import type { Survey } from './surveyClips.ts'

/** How many of what. */
export interface Tally<T> {
  readonly value: T
  readonly clips: number
}

/** Lowest, middle and highest. */
export interface Spread {
  readonly minimum: number
  readonly median: number
  readonly maximum: number
}

/** Readable clips of one class. */
export interface ClassCount {
  readonly class: string
  readonly clips: number
  /** By split; empty without splits. */
  readonly splits: Readonly<Partial<Record<Split, number>>>
}

/** What is in a set of clips: what `sluice dataset --json` prints. */
export interface DatasetSummary {
  readonly root: string
  /** Readable clips. */
  readonly clips: number
  readonly splits: readonly Split[]
  readonly classes: readonly ClassCount[]
  /** Named groups among the readable clips. */
  readonly groups: number
  readonly kinds: readonly Tally<string>[]
  /** Seconds; of arrays, steps. */
  readonly lengths: Spread | undefined
  readonly frames: Spread | undefined
  /** `640×480`, the most frequent first. */
  readonly sizes: readonly Tally<string>[]
  /** Frames per second; null for clips that do not say. */
  readonly rates: readonly Tally<number | null>[]
  /** Clips whose frames come at uneven times. */
  readonly unevenRate: number
  readonly damaged: readonly { readonly path: string; readonly complaint: string }[]
  readonly unreadable: readonly Skipped[]
  readonly leaks: readonly PlainRelation[]
  readonly duplicates: readonly PlainRelation[]
  readonly contradictions: readonly PlainRelation[]
  /** Absent unless asked for; null when there are too many clips to compare each with each. */
  readonly near?: readonly PlainRelation[] | null
  /** What the reader of a list had to say. */
  readonly notes: readonly string[]
}

/** A relation between clips, with their classes by name. */
export interface PlainRelation extends Pick<Relation, 'kind' | 'what'> {
  readonly clips: readonly {
    readonly path: string
    readonly class: string
    readonly split?: Split
  }[]
}

export interface SummaryOptions {
  readonly root: string
  readonly splits: readonly Split[]
  readonly notes: readonly string[]
  /** What was not taken before anything was decoded. */
  readonly skipped: readonly Skipped[]
  readonly near: boolean
}

/** The order in which splits are used. */
const ORDER: readonly Split[] = ['train', 'valid', 'test']

/** Sums up what decoding every clip has shown. */
export function summarise(
  dataset: ClipDataset,
  { clips, skipped }: Survey,
  options: SummaryOptions,
): DatasetSummary {
  const { root, notes, near } = options
  const splits = ORDER.filter((split) => options.splits.includes(split))
  const relations = findRelations(clips)
  const plain = (list: readonly Relation[]): PlainRelation[] =>
    list.map(({ kind, what, clips: members }) => ({
      ...{ kind, what },
      clips: members.map(({ path, label, split }) => ({
        ...{ path, class: dataset.classes[label] ?? '' },
        ...(split === undefined ? {} : { split }),
      })),
    }))
  return {
    ...{ root, splits, notes, clips: clips.length },
    classes: dataset.classes.map((name, label) => {
      const own = clips.filter(({ item }) => item.label === label)
      const count = (split: Split): number => own.filter(({ item }) => item.split === split).length
      return {
        ...{ class: name, clips: own.length },
        splits: Object.fromEntries(splits.map((split) => [split, count(split)])),
      }
    }),
    groups: new Set(clips.flatMap(({ item }) => item.group ?? [])).size,
    kinds: tally(clips.map(({ kind }) => kind)),
    lengths: spread(clips.map(({ length }) => length)),
    frames: spread(clips.map(({ frames }) => frames)),
    sizes: tally(clips.map(({ width, height }) => `${width}×${height}`)),
    rates: tally(clips.map(({ fps }) => (fps === undefined ? null : Number(fps.toFixed(2))))),
    unevenRate: clips.filter(({ uneven }) => uneven).length,
    damaged: clips.flatMap(({ item, damage: [complaint] }) =>
      complaint === undefined ? [] : [{ path: item.path, complaint }],
    ),
    unreadable: [...options.skipped, ...skipped],
    leaks: plain(relations.leaks),
    duplicates: plain(relations.duplicates),
    contradictions: plain(relations.contradictions),
    ...(near ? { near: tooManyPairs(clips) ? null : plain(relations.near) } : {}),
  }
}

/** Values with how often they occur, the most frequent first. */
export function tally<T>(values: readonly T[]): Tally<T>[] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, clips]) => ({ value, clips })).sort((a, b) => b.clips - a.clips)
}

/** Lowest, middle and highest of some numbers; nothing of none. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const [minimum] = sorted
  const median = sorted[sorted.length >> 1]
  const maximum = sorted.at(-1)
  if (minimum === undefined || median === undefined || maximum === undefined) return undefined
  return { minimum, median, maximum }
}
