import { parseArgs } from 'node:util'
import { CASES, type Case } from './cases.ts'
import { PEERS } from './peers/registry.ts'

export const HELP = `npm run bench -- [options]

Times Sluice and its peers on SpatioTemporalGatedConvNet, in turns, in one run.

  --cases <names>    of ${CASES.map(({ name }) => name).join(', ')} (default: all)
  --threads <counts> default: 1,2
  --peers <names>    of ${Object.keys(PEERS).join(', ')} (default: all); the first is the
                     subject that the others are held against
  --rounds <count>   rounds of a case (default: 15)
  --quick            one thread, 3 rounds, without forward8; small batches for slow peers;
                     writes no file unless --name is given
  --name <name>      results go to bench/results/<name>.json (default: the date and time)
  --json             print the record instead of the table
  --help             this text

Exit codes: 0 done, 1 a peer failed or was wrong, 2 usage.`

export interface Options {
  readonly help: boolean
  readonly json: boolean
  readonly quick: boolean
  readonly cases: readonly Case[]
  readonly threads: readonly number[]
  readonly peers: readonly string[]
  readonly rounds: number
  readonly name: string | undefined
}

export class UsageError extends Error {}

/** @throws UsageError for an option that is unknown or makes no sense */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args)
  const quick = values.quick === true
  const cases = list(values.cases)?.map((name) => {
    const known = CASES.find((thing) => thing.name === name)
    if (known === undefined) throw new UsageError(`--cases: no case named ${name}`)
    return known
  })
  const peers = list(values.peers)
  for (const name of peers ?? []) {
    if (!Object.hasOwn(PEERS, name)) throw new UsageError(`--peers: no peer named ${name}`)
  }
  if (values.name !== undefined && !/^[\w.-]+$/.test(values.name)) {
    throw new UsageError('--name: letters, digits, dots, dashes and underscores only')
  }
  return {
    help: values.help === true,
    json: values.json === true,
    quick,
    cases: cases ?? CASES.filter(({ name }) => !quick || name !== 'forward8'),
    threads:
      list(values.threads)?.map((text) => count('--threads', text)) ?? (quick ? [1] : [1, 2]),
    peers: peers ?? Object.keys(PEERS),
    rounds: values.rounds === undefined ? (quick ? 3 : 15) : count('--rounds', values.rounds),
    name: values.name,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        cases: { type: 'string' },
        threads: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string' },
        name: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function list(text: string | undefined): string[] | undefined {
  return text?.split(',').map((part) => part.trim())
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError(`${option}: expected a count, got ${text}`)
  return Number(text)
}
