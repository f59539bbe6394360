import { CASES } from '../cases.ts'
import type { Settings } from '../measure/measureCase.ts'
import { Interrupted, PeerProcess } from '../measure/peerProcess.ts'
import { type Seat, seatName, seatsOf } from '../measure/seats.ts'
import type { PeerEntry } from '../peers/registry.ts'
import type { Footprint } from '../report/footprintRecord.ts'

const STEPS = 5

/** Cases whose processes are looked at. */
const MEASURED = ['train8', 'deepFillV2at256', 'deepFillV2at512']

/**
 * Peak memory of processes that load a case and run it a few times. They are fresh ones, because
 * showing one's weights for the check takes memory that running does not.
 */
export async function measureMemory(
  peers: readonly PeerEntry[],
  nodes: readonly string[],
  threads: readonly number[],
  settings: Settings,
): Promise<NonNullable<Footprint['memory']>> {
  const wanted = peers.filter(({ name }) => name === 'sluice' || name === 'pytorch')
  const peaks: NonNullable<Footprint['memory']>[number][] = []
  const seats = CASES.filter(({ name }) => MEASURED.includes(name)).flatMap((thing) =>
    seatsOf(thing, wanted, nodes, [Math.max(...threads)]).map((seat) => ({ thing, seat })),
  )
  for (const { thing, seat } of seats) {
    settings.say(`memory: ${thing.name}, ${seatName(seat)}`)
    try {
      const peakBytes = await peakOf(seat, thing.name, settings)
      const { peer, node, threads } = seat
      peaks.push({ case: thing.name, peer: peer.name, node, threads, peakBytes })
    } catch (error) {
      if (error instanceof Interrupted) return peaks
      settings.say(
        `memory: ${seatName(seat)} left out: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
  return peaks
}

async function peakOf(seat: Seat, caseName: string, settings: Settings): Promise<number> {
  const { surroundings, limitMs } = settings
  const process = await PeerProcess.start(seat, caseName, surroundings)
  try {
    for (let step = 0; step < STEPS; step++) {
      await process.turn({ warm: false, keep: false, limitMs })
    }
    return await process.peakBytes()
  } finally {
    await process.stop()
  }
}
