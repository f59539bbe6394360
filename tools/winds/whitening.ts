/**
 * Whitening: a linear map after which anomalies have unit variance in every direction, so that a
 * gradient's step is as long in those that vary little. Neighbouring winds are nearly the same, and
 * without it what tells months apart hides in small differences.
 */

/** How far the covariance is taken for a multiple of the identity: it is of few independent years. */
const SHRINKAGE = 0.02

/**
 * The inverse of the Cholesky factor of the covariance of rows, `[size, size]`.
 * @param rows `[count, size]`, of mean zero
 */
export function whiteningOf(rows: Float32Array, size: number): Float32Array {
  const factor = choleskyOf(covarianceOf(rows, size), size)
  const inverse = new Float64Array(size * size)
  for (let column = 0; column < size; column++) {
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0
      for (let k = column; k < i; k++) {
        sum -= (factor[i * size + k] as number) * (inverse[k * size + column] as number)
      }
      inverse[i * size + column] = sum / (factor[i * size + i] as number)
    }
  }
  return Float32Array.from(inverse)
}

function covarianceOf(rows: Float32Array, size: number): Float64Array {
  const count = rows.length / size
  const sums = new Float64Array(size * size)
  for (let row = 0; row < count; row++) {
    const values = rows.subarray(row * size, (row + 1) * size)
    for (let i = 0; i < size; i++) {
      const value = values[i] as number
      for (let j = 0; j <= i; j++) {
        sums[i * size + j] = (sums[i * size + j] as number) + value * (values[j] as number)
      }
    }
  }
  let trace = 0
  for (let i = 0; i < size; i++) trace += (sums[i * size + i] as number) / count
  return sums.map((sum, at) => {
    const diagonal = at % (size + 1) === 0 ? trace / size : 0
    return (1 - SHRINKAGE) * (sum / count) + SHRINKAGE * diagonal
  })
}

/** The lower factor; reads the lower triangle only. */
function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number
      for (let k = 0; k < j; k++) {
        sum -= (factor[i * size + k] as number) * (factor[j * size + k] as number)
      }
      factor[i * size + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * size + j] as number)
    }
  }
  return factor
}
