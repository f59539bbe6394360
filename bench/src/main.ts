import { HELP, type Options, parseOptions, UsageError } from './options.ts'
import { type Comparison, compareRecords, worsenedCases } from './report/check.ts'
import { renderComparisons } from './report/comparisonTable.ts'
import { keepRecord, readRecord, recordName } from './report/keep.ts'
import { renderList } from './report/list.ts'
import type { BenchRecord } from './report/record.ts'
import { renderTable } from './report/table.ts'
import type { BenchRun } from './run.ts'

const INTERRUPTED = 130

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\nnpm run bench -- --help says what there is\n`)
  process.exitCode = 2
}

async function main(options: Options): Promise<number> {
  if (options.help || options.list) {
    process.stdout.write(`${options.help ? HELP : renderList()}\n`)
    return 0
  }
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!interruption.signal.aborted) say('interrupted: keeping what was measured until now')
      interruption.abort()
    })
  }
  // Imported late: help needs neither the library's build nor the peers' packages.
  const { BenchRun } = await import('./run.ts')
  const run = await BenchRun.start(options, interruption.signal, say)
  const code =
    options.check === undefined
      ? await measure(run, options)
      : await check(run, options, options.check)
  return interruption.signal.aborted ? INTERRUPTED : code
}

/** Measures everything, prints it and keeps it. */
async function measure(run: BenchRun, { cases, quick, json, name }: Options): Promise<number> {
  const keeps = !quick || name !== undefined
  const file = recordName(name ?? run.record().date)
  // After every case, so that even a power cut loses only the last one.
  await run.measureCases(cases, async () => {
    if (keeps) await keepRecord(file, run.record())
  })
  await run.measureFootprints()
  const record = run.record()
  process.stdout.write(json ? `${JSON.stringify(record, null, 1)}\n` : `${renderTable(record)}\n`)
  if (keeps && (record.cases.length > 0 || Object.keys(record.footprint).length > 0)) {
    await keepRecord(file, record)
    say(`kept in bench/results/${file}`)
  }
  return hasFailures(record) ? 1 : 0
}

/** Measures again what a record holds; cases that look worse are measured twice. */
async function check(run: BenchRun, { cases, json }: Options, name: string): Promise<number> {
  const committed = await readRecord(name)
  if (committed === undefined)
    throw new UsageError(`--check: there is no bench/results/${name}.json`)
  if (committed.machine.cpu !== run.record().machine.cpu) {
    say(`the record is of another processor (${committed.machine.cpu}): ratios may differ`)
  }
  const known = cases.filter((each) => committed.cases.some((measured) => measured.case === each))
  const unknown = cases.filter((each) => !known.includes(each))
  if (unknown.length > 0) say(`left out, since ${name} does not hold them: ${unknown.join(', ')}`)
  await run.measureCases(known)
  await run.measureFootprints()
  const first = compareRecords(committed, run.record())
  const suspects = worsenedCases(first).filter((each) => known.includes(each))
  if (suspects.length > 0) {
    say(`worse at first sight, so measured once more: ${suspects.join(', ')}`)
    await run.measureCases(suspects)
  }
  const settled = betterOf(first, compareRecords(committed, run.record()))
  if (settled.length === 0) throw new UsageError(`--check: ${name} holds nothing that was measured`)
  process.stdout.write(
    json ? `${JSON.stringify(settled, null, 1)}\n` : `${renderComparisons(settled)}\n`,
  )
  return settled.some(({ worsened }) => worsened) || hasFailures(run.record()) ? 1 : 0
}

/** Worse only if it is worse both times: a noisy machine is not a slow kernel. */
function betterOf(first: readonly Comparison[], second: readonly Comparison[]): Comparison[] {
  return first.map((before) => {
    const again = second.find((each) => each.case === before.case && each.what === before.what)
    return again !== undefined && again.now < before.now ? again : before
  })
}

function hasFailures({ cases }: BenchRecord): boolean {
  return cases.some(({ results }) =>
    results.some(({ status }) => status === 'wrong' || status === 'failed'),
  )
}

/** Progress goes to stderr, so that the tables or the record are all that stdout gets. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
