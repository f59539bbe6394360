import { invariant } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { REDUCE_FINISH, REDUCE_PARTIAL, SPREAD } from '../abi/kernelIds.ts'
import type { Argument, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, ceilDivide, elementChunks } from './chunks.ts'

/** Positions of one part: sums in float32 stay short. */
const PART_ROWS = 1024

/** One axis in memory order, and whether the sum runs over it. */
export interface ReducedAxis {
  readonly size: number
  readonly summed: boolean
}

interface Alternating {
  readonly k0: number
  readonly r0: number
  readonly k1: number
  readonly r1: number
  readonly k2: number
  readonly r2: number
}

/** Axes as `[K0][R0][K1][R1][K2][R2]`: neighbours of one sort become one axis, missing ones 1. */
function alternating(axes: readonly ReducedAxis[]): Alternating {
  const sizes = [1, 1, 1, 1, 1, 1]
  let place = 5
  for (const { size, summed } of [...axes].reverse()) {
    if (size === 1) continue
    if ((place % 2 === 1) !== summed) place--
    invariant(place >= 0, 'axes alternate at most six times')
    sizes[place] = (sizes[place] ?? 1) * size
  }
  const [k0 = 1, r0 = 1, k1 = 1, r1 = 1, k2 = 1, r2 = 1] = sizes
  return { k0, r0, k1, r1, k2, r2 }
}

/** Records the sum of `source` over the summed axes, times `factor`, into `target`. */
export function recordSum(
  recorder: StepRecorder,
  source: Argument,
  target: Argument,
  axes: readonly ReducedAxis[],
  factor: number,
): void {
  const { k0, r0, k1, r1, k2, r2 } = alternating(axes)
  const positions = r0 * r1 * r2
  const outer = k0 * k1
  const longest = r2 === 1 ? PART_ROWS : 4 * PART_ROWS
  const wanted = Math.max(64, Math.floor(CHUNK_ELEMENTS / k2))
  const perPart = Math.min(positions, wanted, longest)
  const parts = ceilDivide(positions, perPart)
  const outers = parts > 1 ? 1 : Math.max(1, Math.floor(CHUNK_ELEMENTS / (positions * k2)))
  const outputs = outer * k2
  const partials = parts > 1 ? recorder.temporary(parts * outputs * 4) : target
  recorder.add(REDUCE_PARTIAL, ceilDivide(outer, outers) * parts, [
    source,
    partials,
    outer,
    outers,
    parts,
    perPart,
    r0,
    k1,
    r1,
    k2,
    r2,
    { float: parts > 1 ? 1 : factor },
  ])
  if (parts === 1) return
  recorder.add(REDUCE_FINISH, elementChunks(outputs), [
    partials,
    target,
    outputs,
    parts,
    CHUNK_ELEMENTS,
    { float: factor },
  ])
}

/** Records the way back: each element of `target` gets its sum's element of `source`, times `factor`. */
export function recordSpread(
  recorder: StepRecorder,
  source: Argument,
  target: Argument,
  axes: readonly ReducedAxis[],
  factor: number,
): void {
  const { k0, r0, k1, r1, k2, r2 } = alternating(axes)
  const rows = elementCount([k0, r0, k1, r1])
  const perChunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / (k2 * r2)))
  recorder.add(SPREAD, ceilDivide(rows, perChunk), [
    source,
    target,
    rows,
    perChunk,
    r0,
    k1,
    r1,
    k2,
    r2,
    { float: factor },
  ])
}
