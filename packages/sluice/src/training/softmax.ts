import { present } from '../foundation/invariant.ts'

/** Probabilities from the logits of one clip; the largest logit is taken off first, so none overflows. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits)
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const exponentials = values.map((value) => Math.exp(value - largest))
  const sum = exponentials.reduce((a, b) => a + b, 0)
  return exponentials.map((value) => value / sum)
}

/** Index of the largest element; the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) {
    if (present(values[i], 'value') > present(values[best], 'value')) best = i
  }
  return best
}
