import type { Attributes } from '../engine/graph/opDefinition.ts'
import type { OpCase, OpCases } from '../engine/ops/opCase.ts'

/** Half a unit in the last place of a float32 near 1. */
const unitRoundoff = 2 ** -24

/**
 * Largest relative L2 error that float32 may have in a case: `8 · 2⁻²⁴ · √K` for sums of K terms.
 * Rounding errors of a sum in any order grow like √K when they are independent (Higham and Mary,
 * 2019); 8 leaves room for what surrounds the sum. An op's table may widen it and says why.
 */
export function toleranceOf({ op, looseness }: OpCases, entry: OpCase<Attributes>): number {
  const terms = op.sumLength?.(entry) ?? 1
  return 8 * unitRoundoff * Math.sqrt(terms) * (looseness?.factor ?? 1)
}

/**
 * Relative L2 distance of `actual` from `expected`, by the norm of `expected`. NaN and infinities
 * must stand in the same places; if they do not, the distance is infinite.
 */
export function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let error = 0
  let norm = 0
  for (let i = 0; i < expected.length; i++) {
    const wanted = expected[i] as number
    const got = actual[i] as number
    if (Object.is(wanted, got)) {
      if (Number.isFinite(wanted)) norm += wanted * wanted
      continue
    }
    if (!Number.isFinite(wanted) || !Number.isFinite(got)) return Number.POSITIVE_INFINITY
    error += (got - wanted) ** 2
    norm += wanted * wanted
  }
  return error === 0 ? 0 : Math.sqrt(error / norm)
}
