import type { ClipDataset } from 'sluice/data'
import { cacheOf } from '../clipSets/prepareClips.ts'
import { groupClips } from '../clips/groupClips.ts'
import { scanClips } from '../clips/scanClips.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkOutputs, writePictures } from '../inspection/writePictures.ts'
import { type SheetLine, sheetPng } from '../pictures/sheet.ts'
import { datasetPage } from '../report/datasetPage.ts'
import { classSheet, picturedClips } from '../survey/contactSheet.ts'
import { type DatasetSummary, summarise } from '../survey/summary.ts'
import { type SurveyedClip, surveyClips } from '../survey/surveyClips.ts'
import { factsOf, problemsOf, relationText } from '../survey/words.ts'
import { bar } from '../terminal/bars.ts'
import { commandLine } from '../terminal/commandLine.ts'
import { count, plural } from '../terminal/quantities.ts'
import { table } from '../terminal/table.ts'
import { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'

export interface DatasetOptions {
  readonly sheet?: string
  readonly strict?: boolean
  readonly near?: boolean
  readonly groupBy?: string
  readonly axes?: string
  /** A folder; false for `--no-cache`; true when neither was given. */
  readonly cache: string | boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/**
 * `sluice dataset`: what is in a set of labelled clips. Returns the exit code: 1 when nothing can be
 * read, and with `--strict` when there is leakage.
 */
export async function dataset(path: string, options: DatasetOptions): Promise<number> {
  const { json = false, quiet = false, near = false, strict = false, sheet, axes } = options
  const terminal = new Terminal({ json, quiet })
  const outputs = sheet === undefined ? [] : [sheet]
  checkOutputs(outputs, [path])
  const found = await scanClips(path)
  const scanned = options.groupBy === undefined ? found : groupClips(found, options.groupBy)
  const { dataset: labelled, root, splits, skipped, notes } = scanned
  const survey = await surveyClips(labelled, {
    ...{ root, terminal, near, cache: cacheOf(options.cache) },
    ...(axes === undefined ? {} : { axes }),
    pictured: sheet === undefined ? new Set() : picturedClips(labelled),
  })
  const facts = { root: path, splits, notes, skipped, near }
  const summary = summarise(labelled, survey, facts)
  await writePictures(outputs, {
    html: () => {
      const made = { command: commandLine(), when: new Date().toISOString() }
      return datasetPage(labelled, summary, survey.clips, made)
    },
    png: () => sheetPng(sheetOf(labelled, summary, survey.clips)),
  })
  if (json) terminal.jsonLine(summary)
  else print(summary, terminal)
  for (const output of outputs) terminal.note(`written: ${printable(output)}`)
  const failed = summary.clips === 0 || (strict && summary.leaks.length > 0)
  return failed ? exitCodes.failed : exitCodes.done
}

/** Entries of a list that are printed, and clips of each. */
const [ENTRIES, MEMBERS] = [10, 4]

function print(summary: DatasetSummary, terminal: Terminal): void {
  const { paint, columns } = terminal
  const { classes, splits, unreadable, damaged, leaks, notes } = summary
  const say = (text: string): void => terminal.result(`${text}\n`)
  say(`${paint('bold', printable(summary.root))}: ${titleOf(summary)}`)
  for (const note of notes) say(printable(note))
  for (const [name, text] of factsOf(summary)) say(`${name.padEnd(14)}${printable(text)}`)
  const most = Math.max(1, ...classes.map(({ clips }) => clips))
  const rows = classes.map(({ class: name, clips, splits: parts }) => [
    printable(name),
    ...splits.map((split) => count(parts[split] ?? 0)),
    count(clips),
    bar(clips / most, 16),
  ])
  const numbers = [...splits, 'all'].map((title) => ({ title, numbers: true }))
  const titles = [{ title: 'class' }, ...numbers, { title: '' }]
  say(`\n${table(titles, rows, { columns, paint }).trimEnd()}`)
  for (const { title, meaning, relations } of problemsOf(summary)) {
    say(`\n${paint('yellow', `${title}: ${count(relations.length)}`)}. ${meaning}`)
    for (const relation of relations.slice(0, ENTRIES)) {
      say(`  ${printable(relationText(relation))}`)
      for (const { path } of relation.clips.slice(0, MEMBERS)) say(`    ${printable(path)}`)
      const rest = relation.clips.length - MEMBERS
      if (rest > 0) say(`    and ${count(rest)} more`)
    }
    if (relations.length > ENTRIES) say(`  and ${count(relations.length - ENTRIES)} more`)
  }
  if (summary.near === null) say('\ntoo many clips to compare each with each for near duplicates')
  const list = (title: string, entries: readonly (readonly [string, string])[]): void => {
    if (entries.length === 0) return
    say(`\n${paint('yellow', `${title}: ${count(entries.length)}`)}`)
    for (const [path, why] of entries.slice(0, ENTRIES)) say(`  ${printable(`${path}: ${why}`)}`)
    if (entries.length > ENTRIES)
      say(`  and ${count(entries.length - ENTRIES)} more (--json has all)`)
  }
  list(
    'Cannot be used',
    unreadable.map(({ path, reason }) => [path, reason]),
  )
  list(
    'Damaged, used as far as readable',
    damaged.map(({ path, complaint }) => [path, complaint]),
  )
  if (splits.length > 1 && leaks.length === 0)
    say(`\n${paint('green', 'No leakage')} between ${splits.join(', ')}.`)
}

function titleOf({ clips, classes, unreadable }: DatasetSummary): string {
  const bad = unreadable.length === 0 ? '' : `, ${count(unreadable.length)} not usable`
  return `${plural(clips, 'readable clip')} of ${plural(classes.length, 'class', 'classes')}${bad}`
}

function sheetOf(
  { classes }: ClipDataset,
  summary: DatasetSummary,
  clips: readonly SurveyedClip[],
): SheetLine[] {
  return [
    { title: `${summary.root}: ${titleOf(summary)}` },
    ...factsOf(summary).map(([name, text]) => ({ text: `${name}: ${text}` })),
    ...problemsOf(summary).map(({ title, relations }) => ({
      text: `${title}: ${count(relations.length)}`,
    })),
    ...classes.flatMap((name, label): SheetLine[] => {
      const picture = classSheet(clips, label)
      if (picture === undefined) return []
      const shown = `${name}, ${plural(summary.classes[label]?.clips ?? 0, 'clip')}`
      return [{ title: shown }, { pictures: [picture] }]
    }),
  ]
}
