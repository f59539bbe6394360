import { setTimeout as pause } from 'node:timers/promises'
import type { Case } from '../cases.ts'
import { PeerUnavailable } from '../peers/peer.ts'
import type { CaseRecord, SeatRecord } from '../report/record.ts'
import { compareEvidence, type Evidence, gatherEvidence } from './evidence.ts'
import { Interrupted, PeerProcess, type Surroundings } from './peerProcess.ts'
import { planRounds, runsFor } from './rounds.ts'
import { type Seat, seatName } from './seats.ts'
import { identityOf, type Timed, timedRecords } from './timedRecords.ts'

/** Where our own turn is shorter than this, everybody's runs are each preceded by one that is not timed. */
const SHORT_TURN_MS = 500

/** Between turns, so that the last one's threads stop spinning and fall asleep. */
const PAUSE_MS = 20

export interface Settings {
  readonly rounds: number
  /** A turn past this ends the peer's part in the case. */
  readonly limitMs: number
  readonly surroundings: Surroundings
  readonly say: (line: string) => void
}

/** A seat whose peer passed its check and takes part in the rounds. */
interface Entrant extends Timed {
  readonly process: PeerProcess
  readonly runs: number
  /** Why it left in the middle of the rounds, if it did. */
  dropped: string | undefined
}

/**
 * Checks and then times everybody on one case, in turns. Interrupted, it gives what was measured until
 * then, or nothing when the rounds had not begun.
 */
export async function measureCase(
  thing: Case,
  seats: readonly Seat[],
  settings: Settings,
): Promise<CaseRecord | undefined> {
  const running: PeerProcess[] = []
  try {
    const { entrants, left } = await enter(thing, seats, settings, running)
    await race(thing, entrants, settings)
    const timed = entrants.filter(({ dropped }) => dropped === undefined)
    const dropped = entrants.flatMap((entrant) =>
      entrant.dropped === undefined ? [] : [leave(entrant.process, 'skipped', entrant.dropped)],
    )
    return timedRecords(thing, timed, [...left, ...dropped])
  } catch (error) {
    if (error instanceof Interrupted) return undefined
    throw error
  } finally {
    for (const peer of running) await peer.stop()
  }
}

/** Starts and checks everybody. The first that takes part is the subject the others are held against. */
async function enter(
  thing: Case,
  seats: readonly Seat[],
  settings: Settings,
  running: PeerProcess[],
): Promise<{ entrants: Entrant[]; left: SeatRecord[] }> {
  const entrants: Entrant[] = []
  const left: SeatRecord[] = []
  const expected = new Map<number, Evidence>()
  for (const seat of seats) {
    settings.say(`${thing.name}: checking ${seatName(seat)}`)
    try {
      const process = await PeerProcess.start(seat, thing.name, settings.surroundings)
      running.push(process)
      const evidence = await gatherEvidence(process, thing, settings.limitMs)
      const subject = entrants[0]?.seat
      const wanted =
        expected.get(seat.batch) ??
        (subject === undefined ? evidence : await evidenceOf(subject, seat.batch, thing, settings))
      expected.set(seat.batch, wanted)
      const names = thing.parts.map(({ net }) => net.name)
      const { agrees, error, worst } = compareEvidence(evidence, wanted, names)
      if (!agrees) {
        left.push(leave(process, 'wrong', `${worst} (relative L2 from ours)`))
        settings.say(`${thing.name}: ${seatName(seat)} is wrong: ${worst}`)
        await process.stop()
        continue
      }
      const ms = evidence.ms / seat.batch
      const ours = entrants.find((entrant) => entrant.seat.threads === seat.threads)
      const runs = runsFor(ms, ours?.estimateMs ?? ms, settings.rounds)
      entrants.push({
        ...{ seat, process, runs, error, version: process.version },
        ...{ estimateMs: ms, turns: new Map(), dropped: undefined },
      })
    } catch (error) {
      if (error instanceof Interrupted) throw error
      const started = running.find((process) => process.seat === seat)
      // One that ran past its limit is still busy, and would be through everybody's rounds.
      await started?.stop()
      const status = error instanceof PeerUnavailable ? 'skipped' : 'failed'
      const reason = error instanceof Error ? error.message : String(error)
      const version = started?.version ?? ''
      left.push({ ...identityOf(seat), version, status, reason })
      settings.say(`${thing.name}: ${seatName(seat)} ${status}: ${reason}`)
    }
  }
  return { entrants, left }
}

/** The subject's evidence at the batch of a slow peer. */
async function evidenceOf(
  subject: Seat,
  batch: number,
  thing: Case,
  settings: Settings,
): Promise<Evidence> {
  const process = await PeerProcess.start({ ...subject, batch }, thing.name, settings.surroundings)
  try {
    return await gatherEvidence(process, thing, settings.limitMs)
  } finally {
    await process.stop()
  }
}

/** Ends early, without an error, when it is interrupted. */
async function race(
  thing: Case,
  entrants: readonly Entrant[],
  { limitMs, say, surroundings: { signal } }: Settings,
): Promise<void> {
  const short = (entrants[0]?.estimateMs ?? 0) * thing.batch < SHORT_TURN_MS
  const plan = planRounds(entrants)
  for (const [round, turns] of plan.entries()) {
    say(`${thing.name}: round ${round + 1} of ${plan.length}`)
    for (const entrant of turns) {
      if (entrant.dropped !== undefined) continue
      if (signal.aborted) return
      await pause(PAUSE_MS)
      try {
        const warm = short && !entrant.seat.peer.slow
        const { ms } = await entrant.process.turn({ warm, keep: false, limitMs: 2 * limitMs })
        entrant.turns.set(round, ms)
      } catch (error) {
        if (error instanceof Interrupted) return
        entrant.dropped = error instanceof Error ? error.message : String(error)
        await entrant.process.stop()
      }
    }
  }
}

function leave(process: PeerProcess, status: 'skipped' | 'wrong', reason: string): SeatRecord {
  return { ...identityOf(process.seat), version: process.version, status, reason }
}
