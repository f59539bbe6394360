import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../../../apps/cli/src/files/atomicFile.ts'
import { shownPath } from '../../../apps/cli/src/files/paths.ts'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import { collect, type Finished } from './collect.ts'
import { differencePlot } from './differences.ts'
import { studyDocument } from './document.ts'
import { findingsOf } from './findings.ts'
import { learningCurves } from './learningCurves.ts'
import { type Results, readResults } from './results.ts'
import { units } from './words.ts'

const DOCUMENT = 'does-the-gate-help.md'
/** Beside the document: its numbers and pictures. */
const FOLDER = 'study'

/** Writes the document of runs that are finished, with its numbers and its pictures. */
export async function reportRuns(finished: Finished, out: string): Promise<void> {
  const { results, pictures } = await collect(finished)
  mkdirSync(join(out, FOLDER), { recursive: true })
  for (const [name, bytes] of pictures) writeAtomically(join(out, FOLDER, name), bytes)
  writeAtomically(join(out, FOLDER, 'results.json'), resultLines(results))
  writeDocument(results, out, finished.terminal)
}

/**
 * Writes the document again from its committed numbers. Pictures of fills and gates need trained networks and
 * stay as they are.
 * @throws SluiceError `missing` or `format` when there are no such numbers
 */
export function reportAgain(out: string, terminal: Terminal): void {
  writeDocument(readResults(join(out, FOLDER, 'results.json')), out, terminal)
}

function writeDocument(results: Results, out: string, terminal: Terminal): void {
  const rows = results.tasks.flatMap(findingsOf).map(({ task, comparison }) => {
    const { factor, name } = units[task.measure]
    const unit = task.measure === 'psnr' ? 'hole PSNR, dB' : `accuracy, ${name} of 100`
    const words = `${task.title}: gated − ${comparison.other}`
    return { words, comparison, factor, unit }
  })
  writeAtomically(join(out, FOLDER, 'differences.svg'), differencePlot(rows))
  writeAtomically(join(out, FOLDER, 'curves.svg'), learningCurves(results.tasks))
  const path = join(out, DOCUMENT)
  writeAtomically(path, studyDocument(results))
  terminal.note(`written: ${shownPath(path)}`)
}

/** A line for each run, so that changes can be read. */
function resultLines({ tasks, ...rest }: Results): string {
  const written = tasks.map(({ rates, runs, ...task }) => {
    const lines = (records: readonly object[]) =>
      records.map((record) => `    ${JSON.stringify(record)}`).join(',\n')
    const head = JSON.stringify(task).slice(0, -1)
    return `  ${head},\n  "rates": [\n${lines(rates)}\n  ],\n  "runs": [\n${lines(runs)}\n  ]}`
  })
  const more = JSON.stringify(rest).slice(1, -1)
  return `{${more},\n"tasks": [\n${written.join(',\n')}\n]}\n`
}
