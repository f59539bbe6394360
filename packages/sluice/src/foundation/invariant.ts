/** Fails when one of our own assumptions is broken: a bug in Sluice, never the user's input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`sluice: broken invariant: ${message}`)
}

/** The value, or a broken invariant when it is missing: for lookups that cannot miss. */
export function present<T>(value: T | undefined | null, what: string): T {
  invariant(value !== undefined && value !== null, `${what} is missing`)
  return value
}
