import { parseArgs } from 'node:util'
import { SluiceError } from 'sluice'

export const HELP = `Does gating help? Trains gated, plain and partial variants of small networks at equal
parameters and equal multiply-adds, and writes docs/does-the-gate-help.md.

  npm run study -- [options]

  --only NAMES     tasks, separated by commas: inpainting, actions, winds, camera (all)
  --seeds LIST     seeds of the study's runs (1,2,3)
  --budget TIME    stop cleanly after this long, such as 90min or 2h (2h); runs that are
                   missing are named, and the next call goes on with them
  --threads N      threads that compute; changes speed, never results (all cores)
  --relaxed-simd   fused multiply-adds where the engine has them: quicker, other last bits
  --folder FOLDER  where runs, models and records are kept (runs/study)
  --out FOLDER     where the document and its pictures go (docs)
  --report         write the document from the committed records, training nothing
  --list           the tasks and their networks: widths, parameters, multiply-adds
  --json           a line of JSON for each finished run and one at the end, on stdout
  --quiet          no progress
  --help           this text

Examples
  npm run study                                all of it, in up to two hours
  npm run study -- --only actions --seeds 1    two networks and their short runs, minutes
  npm run study -- --budget 30min              a part; call it again for the rest
  npm run study -- --report                    only the document, from docs/study/results.json

Data comes from this repository and from Debian packages by apt-get (some 250 MB).
Every run is resumed where it was stopped, by Ctrl-C or a kill, to the same bits; finished
runs are not repeated. The document is written when every run of all tasks is finished.

Exit codes: 0 all done, 1 failed, 2 wrong usage, 4 budget spent, 130 stopped by Ctrl-C
`

export interface Options {
  readonly only: readonly string[]
  readonly seeds: readonly number[]
  readonly budgetSeconds: number
  readonly threads: number | undefined
  readonly relaxedSimd: boolean
  readonly folder: string
  readonly out: string
  readonly report: boolean
  readonly list: boolean
  readonly json: boolean
  readonly quiet: boolean
  readonly help: boolean
}

/** Seeds of the study as it is published. */
export const SEEDS: readonly number[] = [1, 2, 3]
const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 }

/**
 * Reads the command line.
 * @param tasks the names of all tasks
 * @throws SluiceError `usage`
 */
export function readOptions(words: readonly string[], tasks: readonly string[]): Options {
  const values = parse(words)
  const { help = false, list = false, report = false, json = false, quiet = false } = values
  const only = values.only === undefined ? tasks : values.only.split(',')
  const stranger = only.find((name) => !tasks.includes(name))
  if (stranger !== undefined) throw wrong('--only', tasks.join(', '), stranger)
  const { folder = 'runs/study', out = 'docs', seeds, budget = '2h', threads } = values
  return {
    only: tasks.filter((name) => only.includes(name)),
    seeds: seeds === undefined ? SEEDS : readSeeds(seeds),
    budgetSeconds: readTime(budget),
    threads: threads === undefined ? undefined : readThreads(threads),
    relaxedSimd: values['relaxed-simd'] ?? false,
    ...{ folder, out, report, list, json, quiet, help },
  }
}

function parse(words: readonly string[]) {
  const flag = { type: 'boolean' } as const
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...words],
      options: {
        ...{ only: text, seeds: text, budget: text, threads: text, folder: text, out: text },
        ...{ report: flag, list: flag, json: flag, quiet: flag, help: { ...flag, short: 'h' } },
        'relaxed-simd': flag,
      },
    }).values
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new SluiceError('usage', said, { fix: 'npm run study -- --help', cause })
  }
}

function readSeeds(text: string): number[] {
  const seeds = text.split(',').map(Number)
  const good = (seed: number) => Number.isSafeInteger(seed) && seed >= 0 && seed < 1000
  if (text !== '' && seeds.every(good) && new Set(seeds).size === seeds.length) return seeds
  throw wrong('--seeds', 'different whole numbers from 0 to 999, such as 1,2,3', text)
}

function readTime(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(s|min|h)$/.exec(text) ?? []
  const seconds = Number(amount) * (UNITS[unit] ?? Number.NaN)
  if (seconds > 0 && seconds < 1e7) return seconds
  throw wrong('--budget', 'a time such as 90min, 2h or 30s', text)
}

function readThreads(text: string): number {
  const threads = Number(text)
  if (Number.isSafeInteger(threads) && threads >= 1 && threads <= 64) return threads
  throw wrong('--threads', 'a whole number from 1 to 64', text)
}

function wrong(where: string, expected: string, received: string): SluiceError {
  return new SluiceError('usage', 'cannot use this option', { where, expected, received })
}
