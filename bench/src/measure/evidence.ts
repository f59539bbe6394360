import type { Case } from '../cases.ts'
import { formulaWeights } from '../nets/formula.ts'
import type { PeerProcess } from './peerProcess.ts'
import { relativeL2 } from './statistics.ts'

/** Outputs and losses of two runtimes on the same weights and inputs may differ by this much. */
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
  /** One turn's time, for an estimate of how many can be afforded. */
  readonly ms: number
  /** By part, the output, or the loss before the step. */
  readonly outputs: readonly Float32Array[]
  /** By tensor, what one training step added to it: empty for a forward pass. */
  readonly updates: ReadonlyMap<string, Float32Array>
}

/** How far two peers' evidence is apart. */
export interface Agreement {
  readonly agrees: boolean
  /** Relative L2 of the outputs, of the part where it is largest. */
  readonly error: number
  /** In words, the worst of it. */
  readonly worst: string
}

/** Runs a freshly loaded peer once. */
export async function gatherEvidence(
  peer: PeerProcess,
  { kind, parts }: Case,
  limitMs: number,
): Promise<Evidence> {
  const first = await peer.turn({ warm: false, keep: true, limitMs })
  const updates = new Map<string, Float32Array>()
  const net = parts[0]?.net
  if (kind === 'train' && net !== undefined) {
    const before = formulaWeights(net)
    for (const [name, { data }] of await peer.weights()) {
      const start = before.get(name)?.data ?? new Float32Array()
      updates.set(
        name,
        data.map((value, i) => value - (start[i] ?? Number.NaN)),
      )
    }
  }
  // The first run may also compile; a second one tells the usual time, where it costs little.
  const costly = sum(first.ms) > COSTLY_MS
  const { ms } = costly ? first : await peer.turn({ warm: false, keep: false, limitMs })
  return { ms: sum(ms), outputs: first.values, updates }
}

/** Compares outputs part by part, and every tensor's update; a tensor that is missing is wrong. */
export function compareEvidence(
  actual: Evidence,
  expected: Evidence,
  parts: readonly string[] = [],
): Agreement {
  let error = 0
  let worst = 'no outputs'
  let excess = expected.outputs.length === 0 ? Number.POSITIVE_INFINITY : -1
  expected.outputs.forEach((output, part) => {
    const off = relativeL2(actual.outputs[part] ?? [], output)
    error = Math.max(error, off)
    if (off / OUTPUT_TOLERANCE <= excess) return
    excess = off / OUTPUT_TOLERANCE
    const of = expected.outputs.length === 1 ? '' : ` of ${parts[part] ?? `part ${part}`}`
    worst = `outputs${of} ${off.toExponential(1)} off`
  })
  for (const [name, update] of expected.updates) {
    const off = relativeL2(actual.updates.get(name) ?? [], update)
    if (off / UPDATE_TOLERANCE <= excess) continue
    excess = off / UPDATE_TOLERANCE
    worst = `the update of ${name} ${off.toExponential(1)} off`
  }
  return { agrees: excess <= 1, error, worst }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
