import type { Case } from '../cases.ts'
import { formulaWeights } from '../network.ts'
import type { PeerProcess } from './peerProcess.ts'
import { relativeL2 } from './statistics.ts'

/** Outputs and losses of two runtimes on the same weights and clips may differ by this much. */
export const OUTPUT_TOLERANCE = 1e-4

/**
 * A step changes a weight in its last digits only, so what it changed is known to a few thousandths:
 * enough to tell a right gradient from a wrong one.
 */
export const UPDATE_TOLERANCE = 5e-3

/** Runs longer than this are not repeated for a better estimate. */
const COSTLY_MS = 2000

/** What a peer must show before it is timed: a wrong peer proves nothing. */
export interface Evidence {
  /** One run's time, for an estimate of how many can be afforded. */
  readonly ms: number
  /** The logits, or the loss before the step. */
  readonly output: Float32Array
  /** By tensor, what one training step added to it: empty for a forward pass. */
  readonly updates: ReadonlyMap<string, Float32Array>
}

/** How far two peers' evidence is apart. */
export interface Agreement {
  readonly agrees: boolean
  /** Relative L2 of the outputs. */
  readonly error: number
  /** In words, the worst of it. */
  readonly worst: string
}

/** Runs a freshly loaded peer once. */
export async function gatherEvidence(
  peer: PeerProcess,
  kind: Case['kind'],
  batch: number,
  limitMs: number,
): Promise<Evidence> {
  const verb = kind === 'train' ? 'trainStep' : 'forward'
  const first = await peer.run(verb, batch, limitMs)
  const updates = new Map<string, Float32Array>()
  if (kind === 'train') {
    const before = formulaWeights()
    for (const [name, { data }] of await peer.weights()) {
      const start = before.get(name)?.data ?? new Float32Array()
      updates.set(
        name,
        data.map((value, i) => value - (start[i] ?? Number.NaN)),
      )
    }
  }
  // The first run may also compile; a second one tells the usual time, where it costs little.
  const { ms } = first.ms > COSTLY_MS ? first : await peer.run(verb, batch, limitMs)
  return { ms, output: first.values, updates }
}

/** Compares outputs, and every tensor's update; a tensor that is missing is wrong. */
export function compareEvidence(actual: Evidence, expected: Evidence): Agreement {
  const error = relativeL2(actual.output, expected.output)
  let worst = `outputs ${error.toExponential(1)} off`
  let excess = error / OUTPUT_TOLERANCE
  for (const [name, update] of expected.updates) {
    const off = relativeL2(actual.updates.get(name) ?? [], update)
    if (off / UPDATE_TOLERANCE <= excess) continue
    excess = off / UPDATE_TOLERANCE
    worst = `the update of ${name} ${off.toExponential(1)} off`
  }
  return { agrees: excess <= 1, error, worst }
}
