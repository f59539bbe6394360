import type { ClipSource, Split } from 'sluice/data'
import { type ClipPath, parseClipPath } from '../clips/clipPath.ts'
import { nearness } from './nearness.ts'
import type { SurveyedClip } from './surveyClips.ts'

/** Why clips of two splits are not independent, or clips of one set not what they seem. */
export interface Relation {
  /**
   * `content`: decoded to the same pixels. `overlap`: parts of one recording that share moments.
   * `group`: said to belong together. `near`: almost the same to the eye.
   */
  readonly kind: 'content' | 'overlap' | 'group' | 'near'
  /** The group's name, the recording, or the beginning of the content's hash. */
  readonly what: string
  readonly clips: readonly ClipSource[]
}

type Clip = Pick<SurveyedClip, 'item' | 'content' | 'signature'>

/** What is related to what. */
export interface Relations {
  /** Related clips in more than one split: what was learnt is asked again. */
  readonly leaks: readonly Relation[]
  /** The same content more than once, whatever the split. */
  readonly duplicates: readonly Relation[]
  /** The same content under two classes: one of the labels is wrong. */
  readonly contradictions: readonly Relation[]
  /** Nearly the same in two splits; a suspicion, no proof. */
  readonly near: readonly Relation[]
}

/** Finds what makes an evaluation look better than it is, and labels that contradict one another. */
export function findRelations(clips: readonly Clip[]): Relations {
  const duplicates = groupsBy(clips, ({ content }) => content).map(([content, members]) => ({
    ...{ kind: 'content' as const, what: content.slice(0, 12) },
    clips: members.map(({ item }) => item),
  }))
  const groups = groupsBy(clips, ({ item }) => item.group).map(([group, members]) => ({
    ...{ kind: 'group' as const, what: group },
    clips: members.map(({ item }) => item),
  }))
  const related = [...duplicates, ...overlaps(clips), ...groups]
  return {
    leaks: related.filter(({ clips }) => splitsOf(clips).length > 1),
    duplicates,
    contradictions: duplicates.filter(
      ({ clips }) => new Set(clips.map(({ label }) => label)).size > 1,
    ),
    near: nearPairs(clips),
  }
}

/** The splits that clips stand in, in the order of their first clip. */
export function splitsOf(clips: readonly ClipSource[]): Split[] {
  const splits = clips.map(({ split }) => split).filter((split) => split !== undefined)
  return [...new Set(splits)]
}

/** Clips with the same key, two or more; those without a key stand alone. */
function groupsBy<T>(items: readonly T[], key: (item: T) => string | undefined): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    if (name === undefined) continue
    const members = groups.get(name)
    if (members === undefined) groups.set(name, [item])
    else members.push(item)
  }
  return [...groups].filter(([, members]) => members.length > 1)
}

/** Chains of parts of one recording, each of which shares moments with one before it. */
function overlaps(clips: readonly Clip[]): Relation[] {
  const parts = clips.map(({ item }) => ({ item, ...parseClipPath(item.path) }))
  const recordings = groupsBy(parts, ({ file, member = '' }) => `${file}#${member}`)
  return recordings.flatMap(([, members]) => {
    const sorted = [...members].sort((a, b) => startOf(a) - startOf(b))
    const chains: (typeof sorted)[] = []
    let end = Number.NEGATIVE_INFINITY
    for (const part of sorted) {
      if (startOf(part) < end) chains.at(-1)?.push(part)
      else chains.push([part])
      end = Math.max(end, endOf(part))
    }
    return chains
      .filter((chain) => chain.length > 1)
      .map(
        (chain): Relation => ({
          ...{ kind: 'overlap', what: chain[0]?.file ?? '' },
          clips: chain.map(({ item }) => item),
        }),
      )
  })
}

function startOf({ start = 0 }: ClipPath): number {
  return start
}

function endOf({ end = Number.POSITIVE_INFINITY }: ClipPath): number {
  return end
}

/** Correlation from which two clips count as nearly the same. */
const NEAR = 0.995
/** Pairs compared: a few seconds. */
const MOST_PAIRS = 2e7

/** Whether there are more pairs than are compared; then none is. */
export function tooManyPairs(clips: readonly Clip[]): boolean {
  return (clips.length * (clips.length - 1)) / 2 > MOST_PAIRS
}

function nearPairs(clips: readonly Clip[]): Relation[] {
  if (tooManyPairs(clips)) return []
  const relations: Relation[] = []
  clips.forEach((a, i) => {
    if (a.signature === undefined) return
    for (let j = i + 1; j < clips.length; j++) {
      const b = clips[j] ?? a
      if (b.signature === undefined || a.content === b.content) continue
      if (a.item.split === b.item.split) continue
      const close = nearness(a.signature, b.signature)
      if (close < NEAR) continue
      relations.push({ kind: 'near', what: close.toFixed(4), clips: [a.item, b.item] })
    }
  })
  return relations.sort((a, b) => Number(b.what) - Number(a.what))
}
