import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { measureCase } from './measure/measureCase.ts'
import { HELP, type Options, parseOptions, UsageError } from './options.ts'
import { describeMachine } from './report/machine.ts'
import type { BenchRecord, CaseRecord } from './report/record.ts'
import { renderTable } from './report/table.ts'

/** A peer's batch shrinks where a run would pass this; `--quick` has less patience. */
const BATCH_LIMIT_MS = 60_000
const QUICK_BATCH_LIMIT_MS = 5_000

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n\n${HELP}\n`)
  process.exitCode = 2
}

async function main(options: Options): Promise<number> {
  if (options.help) {
    process.stdout.write(`${HELP}\n`)
    return 0
  }
  const record = await measureAll(options)
  process.stdout.write(
    options.json ? `${JSON.stringify(record, null, 2)}\n` : `${renderTable(record)}\n`,
  )
  if (!options.quick || options.name !== undefined) await keep(record, options.name)
  const bad = record.cases.some(({ results }) =>
    results.some(({ status }) => status === 'wrong' || status === 'failed'),
  )
  return bad ? 1 : 0
}

async function measureAll(options: Options): Promise<BenchRecord> {
  const date = new Date().toISOString()
  const machine = describeMachine()
  if (machine.loadBefore > machine.cores / 4) {
    say(`the machine is busy (load ${machine.loadBefore}): figures will be noisy`)
  }
  const cases: CaseRecord[] = []
  for (const threads of options.threads) {
    for (const thing of options.cases) {
      cases.push(
        await measureCase(thing, threads, {
          peers: options.peers,
          rounds: options.rounds,
          batchLimitMs: options.quick ? QUICK_BATCH_LIMIT_MS : BATCH_LIMIT_MS,
          say,
        }),
      )
    }
  }
  return { format: 1, date, quick: options.quick, machine, cases }
}

async function keep(record: BenchRecord, name: string | undefined): Promise<void> {
  const file = `${name ?? record.date.slice(0, 19).replaceAll(':', '-')}.json`
  const folder = new URL('../results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  await writeFile(fileURLToPath(new URL(file, folder)), `${JSON.stringify(record, null, 2)}\n`)
  say(`kept in bench/results/${file}`)
}

/** Progress goes to stderr, so that the table or the record is all that stdout gets. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
