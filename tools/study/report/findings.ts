import { type Comparison, compareWithGated } from '../statistics/comparison.ts'
import type { Results, TaskResults } from './results.ts'
import { counted, listed, range, units } from './words.ts'

/** One comparison of the study. */
export interface Finding {
  readonly task: TaskResults
  readonly comparison: Comparison
}

export function findingsOf(task: TaskResults): Finding[] {
  return task.networks
    .filter(({ variant }) => variant !== 'gated')
    .map(({ variant }) => ({
      task,
      comparison: compareWithGated(task.runs, variant, task.clusters),
    }))
}

/** What a comparison says, as a sentence that is true whichever way it went. */
export function findingSentence({ task, comparison }: Finding): string {
  const unit = units[task.measure]
  const { other, seeds, verdict } = comparison
  const difference = `${unit.difference(seeds.mean)} ${unit.name}`
  const evidence = `over seeds ${range(seeds, unit.difference)}, over ${clusterWord(task)} ${range(
    comparison.items,
    unit.difference,
  )}`
  const words = {
    more: `**gated is better than ${other}**: ${difference} (${evidence}).`,
    less: `**gated is worse than ${other}**: ${difference} (${evidence}).`,
    undecided: `**undecided between gated and ${other}**: ${difference} (${evidence}); ${whichHolds(comparison)}.`,
  }
  return words[verdict]
}

/** Why a comparison is undecided. */
function whichHolds({ seeds, items }: Comparison): string {
  const holdsZero = ({ low, high }: Comparison['seeds']) => low <= 0 && high >= 0
  if (holdsZero(seeds) && holdsZero(items)) return 'both intervals hold zero'
  if (holdsZero(seeds)) return 'the interval over seeds holds zero'
  if (holdsZero(items)) return 'the interval over test items holds zero'
  return 'the two intervals disagree'
}

/** What the test items of a task cluster by. */
export function clusterWord({ name }: TaskResults): string {
  const words: Readonly<Record<string, string>> = {
    inpainting: 'photographs',
    winds: 'months',
    camera: 'photographs',
  }
  return words[name] ?? 'clips'
}

/** The whole study in a sentence or two. */
export function headline({ tasks }: Results): string {
  const findings = tasks.flatMap(findingsOf)
  const of = (verdict: Comparison['verdict']) =>
    findings.filter(({ comparison }) => comparison.verdict === verdict)
  const [more, less, undecided] = [of('more'), of('less'), of('undecided')]
  const parts = [
    ...(more.length === 0 ? [] : [`ahead in ${more.length}`]),
    ...(less.length === 0 ? [] : [`behind in ${less.length}`]),
    ...(undecided.length === 0 ? [] : [`undecided in ${undecided.length}`]),
  ]
  const all = `Of ${counted(findings.length, 'comparison')} at equal parameters and equal multiply-adds, gating came out ${listed(parts)}.`
  const holes = findings.filter(({ task }) => task.measure === 'psnr')
  const clips = findings.filter(({ task }) => task.measure === 'accuracy')
  return [
    all,
    groupSentence('In filling holes', holes),
    groupSentence('In telling clips apart', clips),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function groupSentence(where: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return ''
  const against = ({ task, comparison: { other } }: Finding) =>
    `${other}${task.measure === 'accuracy' ? ` (${task.name})` : ''}`
  const sides = findings.flatMap((finding) => {
    const { task, comparison } = finding
    if (comparison.verdict === 'undecided') return []
    const { difference, name } = units[task.measure]
    const side = comparison.verdict === 'more' ? 'better' : 'worse'
    return [`${side} than ${against(finding)} (${difference(comparison.seeds.mean)} ${name})`]
  })
  const open = findings.filter(({ comparison }) => comparison.verdict === 'undecided').map(against)
  const said = [...sides, ...(open.length === 0 ? [] : [`not to be told from ${listed(open)}`])]
  return `${where} the gated network is ${said.join('; ')}.`
}
