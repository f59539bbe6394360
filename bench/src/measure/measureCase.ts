import { setTimeout as pause } from 'node:timers/promises'
import type { Case } from '../cases.ts'
import { PeerUnavailable } from '../peers/peer.ts'
import type { CaseRecord, PeerRecord, RatioRecord } from '../report/record.ts'
import { compareEvidence, type Evidence, gatherEvidence } from './evidence.ts'
import { PeerProcess } from './peerProcess.ts'
import { batchWithin, planRounds, runsFor } from './rounds.ts'
import { spread } from './statistics.ts'

/** A run of a single clip past this ends the peer's part in the case. */
const RUN_LIMIT_MS = 60_000

/** Runs shorter than this are preceded by one that is not timed, to warm caches and wake threads. */
const SHORT_RUN_MS = 500

/** Between turns, so that the last one's threads stop spinning and fall asleep. */
const PAUSE_MS = 20

export interface Settings {
  readonly peers: readonly string[]
  readonly rounds: number
  /** A peer's batch is made smaller where a run would pass this. */
  readonly batchLimitMs: number
  readonly say: (line: string) => void
}

/** A peer that passed its check and takes part in the rounds. */
interface Entrant {
  readonly peer: PeerProcess
  readonly batch: number
  readonly error: number
  readonly runs: number
  readonly ms: number
  /** Milliseconds by round, where it ran. */
  readonly samples: Map<number, number>
  /** Why it left in the middle of the rounds, if it did. */
  dropped: string | undefined
}

type Skipped = Extract<PeerRecord, { status: 'skipped' | 'failed' | 'wrong' }>

/** Checks and then times all peers on one case with one thread count, in turns. */
export async function measureCase(
  thing: Case,
  threads: number,
  settings: Settings,
): Promise<CaseRecord> {
  const running: PeerProcess[] = []
  try {
    const { entrants, skipped } = await enter(thing, threads, settings, running)
    await race(thing, entrants, settings.say)
    const results: PeerRecord[] = []
    for (const entrant of entrants) results.push(await resultOf(entrant))
    results.push(...skipped)
    return {
      case: thing.name,
      what: thing.what,
      threads,
      batch: thing.batch,
      results,
      ratios: ratiosOf(thing, entrants),
    }
  } finally {
    for (const peer of running) await peer.stop()
  }
}

/** Starts and checks every peer. The first that takes part is the subject the others are held against. */
async function enter(
  thing: Case,
  threads: number,
  settings: Settings,
  running: PeerProcess[],
): Promise<{ entrants: Entrant[]; skipped: Skipped[] }> {
  const entrants: Entrant[] = []
  const skipped: Skipped[] = []
  const expected = new Map<number, Evidence>()
  for (const name of settings.peers) {
    settings.say(`${thing.name}, ${threads} thread${threads === 1 ? '' : 's'}: checking ${name}`)
    try {
      const peer = await PeerProcess.start(name, threads)
      running.push(peer)
      if (thing.kind === 'train' && !peer.trains) throw new PeerUnavailable('it cannot train')
      const subject = entrants[0]
      const batch =
        subject === undefined ? thing.batch : await fittingBatch(peer, thing, settings.batchLimitMs)
      const evidence = await gatherEvidence(peer, thing.kind, batch, 2 * RUN_LIMIT_MS)
      if (subject === undefined) {
        expected.set(batch, evidence)
        const runs = runsFor(evidence.ms, evidence.ms, settings.rounds)
        entrants.push({
          peer,
          batch,
          error: 0,
          runs,
          ms: evidence.ms,
          samples: new Map(),
          dropped: undefined,
        })
        continue
      }
      const expectedHere = await subjectEvidence(subject.peer, thing, batch, expected)
      const { agrees, error, worst } = compareEvidence(evidence, expectedHere)
      if (!agrees) {
        const reason = `${worst} (relative L2 from ${subject.peer.name})`
        skipped.push({ peer: name, version: peer.version, status: 'wrong', reason })
        continue
      }
      const subjectMs = (subject.ms / subject.batch) * batch
      const runs = runsFor(evidence.ms, subjectMs, settings.rounds)
      entrants.push({
        peer,
        batch,
        error,
        runs,
        ms: evidence.ms,
        samples: new Map(),
        dropped: undefined,
      })
    } catch (error) {
      const started = running.find((peer) => peer.name === name)
      const version = started?.version ?? ''
      // One that ran past its limit is still busy, and would be through everybody's rounds.
      await started?.stop()
      const status = error instanceof PeerUnavailable ? 'skipped' : 'failed'
      const reason = error instanceof Error ? error.message : String(error)
      skipped.push({ peer: name, version, status, reason })
    }
  }
  return { entrants, skipped }
}

/** Times one clip and leaves the peer freshly loaded. */
async function fittingBatch(peer: PeerProcess, thing: Case, limitMs: number): Promise<number> {
  if (thing.batch === 1) return 1
  const verb = thing.kind === 'train' ? 'trainStep' : 'forward'
  const { ms } = await peer.run(verb, 1, RUN_LIMIT_MS)
  await peer.reload()
  return batchWithin(limitMs, ms, thing.batch)
}

async function subjectEvidence(
  subject: PeerProcess,
  thing: Case,
  batch: number,
  known: Map<number, Evidence>,
): Promise<Evidence> {
  const before = known.get(batch)
  if (before !== undefined) return before
  await subject.reload()
  const evidence = await gatherEvidence(subject, thing.kind, batch, RUN_LIMIT_MS)
  known.set(batch, evidence)
  return evidence
}

async function race(
  thing: Case,
  entrants: readonly Entrant[],
  say: (line: string) => void,
): Promise<void> {
  const verb = thing.kind === 'train' ? 'trainStep' : 'forward'
  const plan = planRounds(entrants.map(({ peer, runs }) => ({ name: peer.name, runs })))
  for (const [round, names] of plan.entries()) {
    say(`${thing.name}: round ${round + 1} of ${plan.length}`)
    for (const name of names) {
      const entrant = entrants.find(({ peer }) => peer.name === name)
      if (entrant === undefined || entrant.dropped !== undefined) continue
      const { peer, batch, ms, samples } = entrant
      await pause(PAUSE_MS)
      try {
        if (ms < SHORT_RUN_MS) await peer.run(verb, batch, 2 * RUN_LIMIT_MS)
        samples.set(round, (await peer.run(verb, batch, 2 * RUN_LIMIT_MS)).ms)
      } catch (error) {
        if (!(error instanceof PeerUnavailable)) throw error
        entrant.dropped = error.message
        await peer.stop()
      }
    }
  }
}

async function resultOf({ peer, batch, error, samples, dropped }: Entrant): Promise<PeerRecord> {
  const { name, version } = peer
  if (dropped !== undefined) return { peer: name, version, status: 'skipped', reason: dropped }
  const runs = [...samples.values()]
  return {
    peer: name,
    version,
    status: 'timed',
    batch,
    error,
    msPerClip: spread(runs.map((ms) => ms / batch)),
    runsMs: runs,
    peakMiB: await peer.peakMemory(),
  }
}

/** Ours ÷ theirs per clip, of each round in which both ran. */
function ratiosOf(thing: Case, entrants: readonly Entrant[]): RatioRecord[] {
  const [subject, ...others] = entrants
  if (subject === undefined || subject.dropped !== undefined) return []
  const timed = others.filter(({ dropped }) => dropped === undefined)
  return timed.map((other) => {
    const ratios: number[] = []
    for (const [round, ms] of other.samples) {
      const ours = subject.samples.get(round)
      if (ours !== undefined) ratios.push(ours / subject.batch / (ms / other.batch))
    }
    const ratio = spread(ratios)
    const bar = subject.peer.name === 'sluice' ? thing.bars[other.peer.name] : undefined
    return {
      ours: subject.peer.name,
      peer: other.peer.name,
      ratio,
      ...(bar === undefined ? {} : { bar, met: ratio.median <= bar }),
    }
  })
}
