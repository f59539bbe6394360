import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import type { OutputSpec, ReferenceTensor } from '../../graph/opDefinition.ts'

/**
 * How a normalisation cuts a row-major tensor, for those whose statistics stand on runs of it: element
 * `e` belongs to statistic `⌊e / values⌋` and to parameter `⌊e / parameterRun⌋ mod parameters`.
 */
export interface Normalisation {
  /** Values behind one statistic. */
  readonly values: number
  /** Shape of the means and of the inverse deviations. */
  readonly statistics: Shape
  /** Shape of weight and bias. */
  readonly parameterShape: Shape
  readonly parameters: number
  readonly parameterRun: number
}

/** `y`, the means and `1 / √(variance + ε)`. */
export function normalisationOutputs(x: Shape, { statistics }: Normalisation): OutputSpec[] {
  return [{ shape: x }, { shape: statistics }, { shape: statistics }]
}

/** Means and inverse deviations of runs, then `(x − mean) · inverseDeviation · weight + bias`. */
export function normaliseReference(
  { values, parameters, parameterRun }: Normalisation,
  [x, weight, bias]: readonly ReferenceTensor[],
  [y, mean, inverseDeviation]: readonly ReferenceTensor[],
  epsilon: number,
): void {
  const input = present(x, 'x').data
  const output = present(y, 'y').data
  const means = present(mean, 'mean').data
  const inverses = present(inverseDeviation, 'inverse deviation').data
  for (let s = 0; s < means.length; s++) {
    const run = input.subarray(s * values, (s + 1) * values)
    const average = run.reduce((sum, value) => sum + value, 0) / values
    const squares = run.reduce((sum, value) => sum + (value - average) ** 2, 0)
    means[s] = average
    inverses[s] = 1 / Math.sqrt(squares / values + epsilon)
  }
  for (let at = 0; at < input.length; at++) {
    const s = Math.floor(at / values)
    const p = Math.floor(at / parameterRun) % parameters
    const normalised = ((input[at] as number) - (means[s] as number)) * (inverses[s] as number)
    output[at] = normalised * (weight?.data[p] ?? 1) + (bias?.data[p] ?? 0)
  }
}

/**
 * The gradient through the statistics: with `h = (x − mean) · inverseDeviation`, `dWeight = Σ dy·h`,
 * `dBias = Σ dy` and, with `q = dy · weight` and means over one statistic's values,
 * `dx = inverseDeviation · (q − mean(q) − h · mean(q·h))`.
 */
export function normaliseBackwardReference(
  { values, parameters, parameterRun }: Normalisation,
  [x, mean, inverseDeviation, dy, weight]: readonly ReferenceTensor[],
  [dx, dWeight, dBias]: readonly ReferenceTensor[],
): void {
  const input = present(x, 'x').data
  const means = present(mean, 'mean').data
  const inverses = present(inverseDeviation, 'inverse deviation').data
  const slopes = present(dy, 'dy').data
  const target = present(dx, 'dx').data
  const parameterOf = (at: number) => Math.floor(at / parameterRun) % parameters
  const normalised = (at: number, s: number) =>
    ((input[at] as number) - (means[s] as number)) * (inverses[s] as number)
  const weighted = (at: number) => (slopes[at] as number) * (weight?.data[parameterOf(at)] ?? 1)
  for (let s = 0; s < means.length; s++) {
    let sum = 0
    let moment = 0
    for (let at = s * values; at < (s + 1) * values; at++) {
      const slope = slopes[at] as number
      const h = normalised(at, s)
      sum += weighted(at) / values
      moment += (weighted(at) * h) / values
      const p = parameterOf(at)
      if (dWeight !== undefined) dWeight.data[p] = (dWeight.data[p] as number) + slope * h
      if (dBias !== undefined) dBias.data[p] = (dBias.data[p] as number) + slope
    }
    for (let at = s * values; at < (s + 1) * values; at++) {
      target[at] = (inverses[s] as number) * (weighted(at) - sum - normalised(at, s) * moment)
    }
  }
}
