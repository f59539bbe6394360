/** The middle of the list and how far it spreads. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @throws on an empty list: a median of nothing is no number */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const min = sorted[0]
  const max = sorted.at(-1)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new Error('no values to summarise')
  }
  return { median: (lower + upper) / 2, min, max }
}

/** ‖actual − expected‖ ÷ ‖expected‖; infinite when lengths differ or a number is missing. */
export function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let error = 0
  let norm = 0
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i] as number
    error += ((actual[i] as number) - e) ** 2
    norm += e ** 2
  }
  const ratio = Math.sqrt(error / norm)
  return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio
}
