import { Random } from 'sluice'

/** An estimate, and the interval that holds what is estimated in 95 of 100 such studies. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom. */
const T: readonly number[] = [
  ...[12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281],
]

/** The 97.5 % quantile of Student's t. */
export function studentT(freedom: number): number {
  const known = T[freedom - 1]
  if (known !== undefined) return known
  // Beyond the table an expansion around the normal distribution's quantile is exact to three digits.
  const z = 1.959964
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3
}

/**
 * Mean and Student's interval of a few values that are independent of one another: runs with different seeds.
 * Of a single value nothing is known but itself.
 */
export function acrossSeeds(values: readonly number[]): Estimate {
  const count = values.length
  const mean = meanOf(values)
  if (count < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const error = Math.sqrt(squares / (count - 1) / count)
  const half = studentT(count - 1) * error
  return { mean, low: mean - half, high: mean + half }
}

const RESAMPLES = 4000

/**
 * Mean of test items and its bootstrap interval (2.5 and 97.5 percentiles of 4000 resamples). Whole clusters
 * are drawn: pictures of one photograph or clips of one month are not independent of one another.
 * @param clusters for each item, which cluster it is of
 */
export function acrossClusters(
  items: readonly number[],
  clusters: readonly number[],
  seed = 0,
): Estimate {
  const sums = new Map<number, { sum: number; count: number }>()
  items.forEach((item, index) => {
    const cluster = clusters[index] ?? index
    const known = sums.get(cluster) ?? { sum: 0, count: 0 }
    sums.set(cluster, { sum: known.sum + item, count: known.count + 1 })
  })
  const groups = [...sums.values()]
  const random = new Random(seed, 'bootstrap')
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    let count = 0
    for (let draw = 0; draw < groups.length; draw++) {
      const group = groups[random.integer(groups.length)]
      sum += group?.sum ?? 0
      count += group?.count ?? 0
    }
    return sum / count
  }).sort((a, b) => a - b)
  const at = (part: number) => means[Math.round(part * (RESAMPLES - 1))] ?? Number.NaN
  return { mean: meanOf(items), low: at(0.025), high: at(0.975) }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
