/**
 * The nightly fuzzers: `npm run fuzz`, or some by name. `--count` inputs of each (10⁵ for readers), at
 * most `--minutes` each, from `--seed`, which is printed. `--save FOLDER` keeps inputs that misbehave.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allFuzzers } from './allFuzzers.ts'
import { type Fuzzer, formatFinding, fuzz } from './fuzzer.ts'
import { mutatedInput } from './readers/readerFuzzer.ts'
import { fuzzedReaders } from './readers/readers.ts'
import { startWatchdog } from './watchdog.ts'

/** Nothing that is fuzzed takes a tenth of it. */
const HANGS_AFTER_MS = 60_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string' },
    from: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '60' },
    save: { type: 'string' },
  },
})

function number(name: string, text: string): number {
  const value = Number(text)
  if (text !== '' && Number.isFinite(value) && value >= 0) return value
  process.stderr.write(`--${name}: expected a number from 0, received "${text}"\n`)
  process.exit(2)
}

const fuzzers = allFuzzers()
const unknown = positionals.filter((name) => !fuzzers.has(name))
if (unknown.length > 0) {
  process.stderr.write(
    `no fuzzer called ${unknown.join(', ')}; there are ${[...fuzzers.keys()].join(', ')}\n`,
  )
  process.exit(2)
}

const seed = number('seed', values.seed)
const from = number('from', values.from)
const milliseconds = number('minutes', values.minutes) * 60_000
const count = values.count === undefined ? undefined : number('count', values.count)
const watchdog = startWatchdog(HANGS_AFTER_MS)
let found = 0
for (const [name, make] of fuzzers) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const fuzzer = await make()
  watchdog.begin(name, seed)
  const start = performance.now()
  const { rounds, kinds, findings } = await fuzz(fuzzer, {
    seed,
    from,
    count: count ?? fuzzer.nightly,
    milliseconds,
    onRound: (round) => watchdog.round(round),
  })
  await fuzzer.dispose?.()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const counts = [...kinds].sort().map(([kind, times]) => `${kind} ${times}`)
  process.stdout.write(
    `${name}, seed ${seed}: ${rounds} rounds in ${seconds} s (${counts.join(', ')}), ${findings.length} findings\n`,
  )
  for (const finding of findings) {
    process.stdout.write(`${formatFinding(fuzzer, finding)}\n`)
    if (values.save !== undefined) save(fuzzer, finding.round, values.save)
  }
  found += findings.length
}
await watchdog.stop()
process.exitCode = found === 0 ? 0 : 1

/** Keeps the input of a reader; add it to `readers/cases` once it is understood. */
function save({ name }: Fuzzer, round: number, folder: string): void {
  const reader = fuzzedReaders().find((one) => one.name === name)
  if (reader === undefined) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}-${seed}-${round}.bin`), mutatedInput(reader, seed, round))
}
