import { parseArgs } from 'node:util'
import { CASES } from './cases.ts'
import { HELP_TEXT } from './helpText.ts'
import { PEERS } from './peers/registry.ts'

/** What is reported besides speed, by the names that `--only` knows. */
export const FOOTPRINTS = ['memory', 'arena', 'start', 'photo', 'page'] as const
export type FootprintName = (typeof FOOTPRINTS)[number]

/** Those that `--check` can hold against a record: ratios and sizes, where milliseconds are the machine's. */
const CHECKED: readonly FootprintName[] = ['memory', 'arena', 'page']

/** Threads that our device can have at most. */
const THREADS_MAX = 64

const FIGURE_PEERS = PEERS.filter(({ inFigures }) => inFigures).map(({ name }) => name)
const FIGURE_CASES = CASES.filter(({ inFigures }) => inFigures).map(({ name }) => name)
const ALL_PEERS = PEERS.map(({ name }) => name)
const ALL_CASES = CASES.map(({ name }) => name)

export const HELP = HELP_TEXT([...ALL_CASES, ...FOOTPRINTS], ALL_PEERS)

export interface Options {
  readonly help: boolean
  readonly list: boolean
  readonly json: boolean
  readonly quick: boolean
  /** Names of cases, in the order they are run. */
  readonly cases: readonly string[]
  readonly footprints: readonly FootprintName[]
  readonly threads: readonly number[]
  readonly peers: readonly string[]
  readonly nodes: readonly string[]
  readonly rounds: number
  readonly name: string | undefined
  /** The record that `--check` compares with. */
  readonly check: string | undefined
}

export class UsageError extends Error {}

/** @throws UsageError for an option that is unknown or makes no sense */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args)
  const check = checkName(values.check === true, positionals)
  const quick = values.quick === true
  const figures = values.figures === true || check !== undefined
  const all = [...ALL_CASES, ...FOOTPRINTS]
  const byDefault = figures ? [...FIGURE_CASES, ...FOOTPRINTS] : all
  const only = list(values.only)
  const wanted = only === undefined ? byDefault : matching(only, all)
  const cases = ALL_CASES.filter((name) => wanted.includes(name))
  const footprints = FOOTPRINTS.filter((name) => {
    return wanted.includes(name) && (check === undefined || CHECKED.includes(name))
  })
  if (cases.length + footprints.length === 0) {
    throw new UsageError(
      `--check compares ratios and sizes, and ${wanted.join(', ')} takes milliseconds`,
    )
  }
  const threads = list(values.threads)?.map((text) => count('--threads', text, THREADS_MAX)) ?? [
    1, 2,
  ]
  if (values.name !== undefined && !/^[\w.-]+$/.test(values.name)) {
    throw new UsageError('--name: letters, digits, dots, dashes and underscores only')
  }
  return {
    help: values.help === true,
    list: values.list === true,
    json: values.json === true,
    quick,
    cases,
    footprints,
    threads: [...new Set(threads)].sort((a, b) => a - b),
    peers: peersOf(list(values.peers)) ?? (figures ? FIGURE_PEERS : ALL_PEERS),
    nodes: list(values.node) ?? ['this', '24'],
    rounds: values.rounds === undefined ? (quick ? 3 : 15) : count('--rounds', values.rounds),
    name: values.name,
    check,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        figures: { type: 'boolean' },
        only: { type: 'string' },
        threads: { type: 'string' },
        peers: { type: 'string' },
        node: { type: 'string' },
        rounds: { type: 'string' },
        name: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The only word without dashes is the name of the record to check against. */
function checkName(check: boolean, positionals: readonly string[]): string | undefined {
  const [name, ...more] = positionals
  if (name !== undefined && !check) throw new UsageError(`what is "${name}"?`)
  if (more.length > 0) throw new UsageError('--check compares with one record')
  return check ? (name ?? 'reference').replace(/\.json$/, '') : undefined
}

/** Ours always takes part: the others are held against it. */
function peersOf(names: readonly string[] | undefined): string[] | undefined {
  if (names === undefined) return undefined
  const unknown = names.find((name) => !ALL_PEERS.includes(name))
  if (unknown !== undefined) {
    throw new UsageError(`--peers: no peer named ${unknown}; there are ${ALL_PEERS.join(', ')}`)
  }
  return ALL_PEERS.filter((name) => name === 'sluice' || names.includes(name))
}

function matching(wanted: readonly string[], all: readonly string[]): string[] {
  return wanted.flatMap((name) => {
    const found = all.includes(name) ? [name] : all.filter((each) => each.startsWith(name))
    if (found.length > 0) return found
    throw new UsageError(`--only: nothing is called ${name}; there are ${all.join(', ')}`)
  })
}

/** Names between commas; an option that names nothing is a mistake, not a wish for everything. */
function list(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const names = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (names.length === 0) throw new UsageError('an option without a name behind it')
  return names
}

function count(option: string, text: string, most = 999): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= most) return Number(text)
  throw new UsageError(`${option}: expected a count from 1 to ${most}, got ${text}`)
}
