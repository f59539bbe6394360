const SERIES_END = 6

/**
 * The error function to double precision: Kummer's series
 * `erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))`, whose terms all have one sign, so that
 * nothing cancels (Abramowitz and Stegun, 7.1.6). Beyond 6 the result is 1 to the last bit.
 */
export function errorFunction(x: number): number {
  if (Number.isNaN(x)) return x
  const size = Math.abs(x)
  if (size >= SERIES_END) return Math.sign(x)
  let term = size
  let sum = term
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * size * size) / (2 * n + 1)
    sum += term
  }
  return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-size * size) * sum
}
