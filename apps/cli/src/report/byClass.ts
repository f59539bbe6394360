/** Probabilities under their classes' names, to six digits: more than float32 logits can mean. */
export function byClass(
  classes: readonly string[],
  probabilities: ArrayLike<number>,
): Record<string, number> {
  return Object.fromEntries(
    classes.map((name, i) => [name, Number((probabilities[i] ?? 0).toFixed(6))]),
  )
}
