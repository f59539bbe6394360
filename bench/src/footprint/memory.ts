import { CASES } from '../cases.ts'
import type { Settings } from '../measure/measureCase.ts'
import { Interrupted, PeerProcess } from '../measure/peerProcess.ts'
import { type Seat, seatName, seatsOf } from '../measure/seats.ts'
import type { PeerEntry } from '../peers/registry.ts'
import type { Footprint } from '../report/footprintRecord.ts'

const STEPS = 5

/**
 * Peak memory of processes that load the training step and run it a few times. They are fresh ones,
 * because showing one's weights for the check takes memory that training does not.
 */
export async function measureMemory(
  peers: readonly PeerEntry[],
  nodes: readonly string[],
  threads: readonly number[],
  settings: Settings,
): Promise<NonNullable<Footprint['memory']>> {
  const training = CASES.find(({ name }) => name === 'train8')
  const wanted = peers.filter(({ name }) => name === 'sluice' || name === 'pytorch')
  if (training === undefined) return []
  const peaks: NonNullable<Footprint['memory']>[number][] = []
  for (const seat of seatsOf(training, wanted, nodes, [Math.max(...threads)])) {
    settings.say(`memory: ${seatName(seat)}`)
    try {
      const peakBytes = await peakOf(seat, training.name, settings)
      peaks.push({ peer: seat.peer.name, node: seat.node, threads: seat.threads, peakBytes })
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
