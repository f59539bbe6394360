import type { GateMap } from './gateMaps.ts'

/** How open a gate was, over all its channels, places and moments. */
export interface GateStatistics {
  readonly mean: number
  /** Part of the values below 0.1 (of gates that may be negative: nearer to 0 than that). */
  readonly closed: number
  /** Part of the values above 0.9. */
  readonly open: number
  readonly minimum: number
  readonly maximum: number
  /** Where the first bin begins and the last one ends. */
  readonly range: readonly [low: number, high: number]
  /** Part of the values in each of equally wide bins over `range`; they sum to 1. */
  readonly histogram: readonly number[]
}

/** Below and above these a gate counts as closed and as open. */
export const saturation = { closed: 0.1, open: 0.9 } as const

/** Where values of a bounded γ lie. Others take the range that occurred. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  sigmoid: [0, 1],
  hardSigmoid: [0, 1],
  tanh: [-1, 1],
  clamp: [-1, 1],
  onePlusSigmoid: [1, 2],
}

/**
 * Mean opening, shares closed and open, and a histogram of a gate's values, from which saturation can
 * be seen: a gate that is all closed or all open passes no gradient.
 * @param bins of the histogram. Default 20
 */
export function gateStatistics(map: GateMap, bins = 20): GateStatistics {
  const { data } = map.opening
  let sum = 0
  let closed = 0
  let open = 0
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  for (const value of data) {
    sum += value
    if (Math.abs(value) < saturation.closed) closed++
    if (value > saturation.open) open++
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
  }
  const range = ranges[map.activation] ?? widened(minimum, maximum)
  const counts = new Array<number>(bins).fill(0)
  const [low, high] = range
  for (const value of data) {
    const bin = Math.floor(((value - low) / (high - low)) * bins)
    const inside = Math.max(0, Math.min(bins - 1, bin))
    counts[inside] = (counts[inside] ?? 0) + 1
  }
  const total = data.length
  return {
    ...{ mean: sum / total, closed: closed / total, open: open / total },
    ...{ minimum, maximum, range },
    histogram: counts.map((count) => count / total),
  }
}

/** A range with a width, also where all values are equal. */
function widened(minimum: number, maximum: number): readonly [number, number] {
  if (minimum < maximum) return [minimum, maximum]
  return [minimum - 0.5, minimum + 0.5]
}
