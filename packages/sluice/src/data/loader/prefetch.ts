/**
 * Results of `make(first)` … `make(end − 1)` in order, up to `ahead` begun while one is being used.
 * Stopping early leaves those under way to finish unseen; their errors, if any, are nobody's concern.
 */
export async function* prefetch<T>(
  first: number,
  end: number,
  make: (index: number) => Promise<T>,
  ahead = 1,
): AsyncGenerator<T, void, undefined> {
  const begun: Promise<T>[] = []
  let next = first
  const begin = (limit: number): void => {
    for (; next < end && begun.length < limit; next++) {
      const promise = make(next)
      // It may fail before anyone awaits it, which must not count as an unhandled rejection.
      promise.catch(() => {})
      begun.push(promise)
    }
  }
  begin(Math.max(1, ahead))
  for (let promise = begun.shift(); promise !== undefined; promise = begun.shift()) {
    const value = await promise
    begin(ahead)
    yield value
    begin(1)
  }
}

/**
 * Calls `work` on every item, at most `limit` at a time. All that began has ended when this returns
 * or throws, so a failure leaves nothing writing into memory that the caller has given up.
 * @throws the error of the first item, in order, that failed
 */
export async function mapInOrder<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const pending = items.entries()
  const failures = new Map<number, unknown>()
  const worker = async (): Promise<void> => {
    for (const [index, item] of pending) {
      if (failures.size > 0) return
      try {
        await work(item, index)
      } catch (error) {
        failures.set(index, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker))
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
}
