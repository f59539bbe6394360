import type { Case } from '../cases.ts'
import type { CaseRecord, RatioRecord, SeatIdentity, SeatRecord } from '../report/record.ts'
import type { Seat } from './seats.ts'
import { spread } from './statistics.ts'

/** What the rounds have left of one seat. */
export interface Timed {
  readonly seat: Seat
  readonly version: string
  readonly error: number
  /** Milliseconds per example, from before the rounds. */
  readonly estimateMs: number
  /** Milliseconds of every part, by round, where it ran. */
  readonly turns: Map<number, readonly number[]>
}

/** The case's record: times per example with all parts added, and ratios within rounds. */
export function timedRecords(
  thing: Case,
  entrants: readonly Timed[],
  left: readonly SeatRecord[],
): CaseRecord {
  const ran = entrants.filter(({ turns }) => turns.size > 0)
  const { name, what, kind, batch, parts } = thing
  const named = parts.map(({ net, count }) => ({ name: net.name, count }))
  return {
    ...{ case: name, what, kind, batch },
    parts: named.length === 1 ? [] : named,
    results: [...ran.map((entrant) => resultOf(thing, entrant)), ...left],
    ratios: ran
      .filter(({ seat }) => seat.peer.group === 'ours')
      .flatMap((ours) => ratiosOf(thing, ours, ran)),
  }
}

export function identityOf({ peer, node, threads }: Seat): SeatIdentity {
  return { peer: peer.name, group: peer.group, node, threads }
}

function resultOf(thing: Case, { seat, version, error, turns }: Timed): SeatRecord {
  const rounds = Math.max(...turns.keys()) + 1
  const totals = new Map([...turns].map(([round, ms]) => [round, total(thing, ms)]))
  const partsMs = thing.parts.map(
    (_, part) => spread([...turns.values()].map((ms) => ms[part] ?? Number.NaN)).median,
  )
  return {
    ...identityOf(seat),
    version,
    status: 'timed',
    batch: seat.batch,
    error,
    ms: rounded(spread([...totals.values()].map((ms) => ms / seat.batch))),
    runsMs: Array.from({ length: rounds }, (_, round) => {
      const ms = totals.get(round)
      return ms === undefined ? null : round3(ms)
    }),
    partsMs: partsMs.length === 1 ? [] : partsMs.map((ms) => round3(ms / seat.batch)),
  }
}

/**
 * Ours against every other runtime with as many threads (and, where it runs in V8 as we do, under the
 * same Node unless it was measured under one only), and against ourselves with one thread.
 */
function ratiosOf(thing: Case, ours: Timed, entrants: readonly Timed[]): RatioRecord[] {
  const others = entrants.filter(({ seat: { peer, node, threads } }) => {
    if (peer.group === 'ours') {
      return node === ours.seat.node && threads === 1 && ours.seat.threads !== 1
    }
    if (threads !== ours.seat.threads) return false
    return !peer.everyNode || node === ours.seat.node
  })
  return others.flatMap((other): RatioRecord[] => {
    const ratios: number[] = []
    for (const [round, ms] of other.turns) {
      const mine = ours.turns.get(round)
      if (mine === undefined) continue
      ratios.push(total(thing, mine) / ours.seat.batch / (total(thing, ms) / other.seat.batch))
    }
    if (ratios.length === 0) return []
    const ratio = rounded(spread(ratios), 5)
    return [{ ours: identityOf(ours.seat), peer: identityOf(other.seat), ratio }]
  })
}

/** The parts' times added, each as often as it counts. */
function total({ parts }: Case, ms: readonly number[]): number {
  return parts.reduce((sum, { count }, part) => sum + count * (ms[part] ?? Number.NaN), 0)
}

function rounded({ median, min, max }: { median: number; min: number; max: number }, digits = 3) {
  const keep = (value: number) => Number(value.toFixed(digits))
  return { median: keep(median), min: keep(min), max: keep(max) }
}

function round3(value: number): number {
  return Number(value.toFixed(3))
}
