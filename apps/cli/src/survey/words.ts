import { count, plural } from '../terminal/quantities.ts'
import { splitsOf } from './findLeaks.ts'
import type { DatasetSummary, PlainRelation, Spread, Tally } from './summary.ts'

/** Facts of a set of clips, a line each: said alike on terminals, pages and sheets. */
export function factsOf(summary: DatasetSummary): (readonly [name: string, text: string])[] {
  const { kinds, lengths, frames, sizes, rates, unevenRate, groups } = summary
  const arrays = kinds.every(({ value }) => value === 'array')
  return [
    ['stored as', tallyText(kinds, (kind) => kind)],
    ['length', spreadText(lengths, arrays ? 'steps' : 's', 2)],
    ['frames', spreadText(frames, '', 0)],
    ['size', tallyText(sizes, (size) => size)],
    ['frame rate', tallyText(rates, (rate) => (rate === null ? 'not stated' : `${rate} fps`))],
    ...(unevenRate > 0 ? [['uneven times', plural(unevenRate, 'clip')] as const] : []),
    ...(groups > 0 ? [['groups', count(groups)] as const] : []),
  ]
}

/** How many kinds are named. */
const NAMED = 5

function tallyText<T>(tallies: readonly Tally<T>[], name: (value: T) => string): string {
  if (tallies.length === 1 && tallies[0] !== undefined) return `${name(tallies[0].value)}, all`
  const named = tallies
    .slice(0, NAMED)
    .map(({ value, clips }) => `${name(value)} (${count(clips)})`)
  const rest = tallies.length - named.length
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function spreadText(spread: Spread | undefined, unit: string, digits: number): string {
  if (spread === undefined) return 'none'
  const { minimum, median, maximum } = spread
  const say = (value: number): string => Number(value.toFixed(digits)).toString()
  const after = unit === '' ? '' : ` ${unit}`
  if (minimum === maximum) return `${say(minimum)}${after}, all`
  return `${say(minimum)} to ${say(maximum)}${after}, median ${say(median)}`
}

/** A relation in words, without the clips. */
export function relationText({ kind, what, clips }: PlainRelation): string {
  const splits = splitsOf(clips.map((clip) => ({ ...clip, label: 0 })))
  const where = splits.length > 1 ? ` in ${splits.join(' and ')}` : ''
  const many = plural(clips.length, 'clip')
  if (kind === 'content') return `the same content ${clips.length} times${where}`
  if (kind === 'overlap') return `${many} that share moments of ${what}${where}`
  if (kind === 'group') return `${many} of the group "${what}"${where}`
  return `nearly the same${where} (correlation ${what})`
}

/** Relations under what they mean, those that are there. */
export function problemsOf(summary: DatasetSummary): {
  readonly title: string
  readonly meaning: string
  readonly relations: readonly PlainRelation[]
}[] {
  const { leaks, contradictions, duplicates, near, splits } = summary
  const leaking = new Set(leaks.map(({ what, kind }) => `${kind} ${what}`))
  const others = duplicates.filter(({ what, kind }) => !leaking.has(`${kind} ${what}`))
  return [
    {
      title: 'Leakage between splits',
      meaning: 'What was learnt is asked again: figures of such a split are too good.',
      relations: leaks,
    },
    {
      title: 'Contradictions',
      meaning: 'The same content under two classes: one of the labels is wrong.',
      relations: contradictions,
    },
    {
      title: 'Duplicates',
      meaning:
        splits.length > 0
          ? 'Within a split: they count more than others.'
          : 'They count more than others, and holding clips out at random can part them.',
      relations: others,
    },
    {
      title: 'Nearly the same',
      meaning: 'In two splits, and hard to tell apart: look whether they are one recording.',
      relations: near ?? [],
    },
  ].filter(({ relations }) => relations.length > 0)
}
