// How threads share a step. The control block holds, one cache line each: the generation (bumped for
// every run), the number of threads that have arrived at the barrier, the barrier's own generation;
// then whether to stop and whether a thread has trapped, so that nobody waits for it. Chunks are claimed
// from a counter: which thread computes one does not matter, because what a chunk computes depends on its
// number only.

const GENERATION = 0
const ARRIVED = 64
const BARRIER = 128
const TRAPPED = 216
const SPINS = 4000

/**
 * Waits until all threads have arrived. One thread alone never waits; one that may not sleep, as the
 * thread of a page that draws it, goes on looking.
 */
export function barrier(control: usize, threads: i32, maySleep: bool): void {
  if (threads == 1) return
  if (ASC_FEATURE_THREADS) {
    const generation = atomic.load<i32>(control + BARRIER)
    passBarrier(control)
    if (atomic.add<i32>(control + ARRIVED, 1) + 1 == threads) {
      atomic.store<i32>(control + ARRIVED, 0)
      atomic.add<i32>(control + BARRIER, 1)
      atomic.notify(control + BARRIER, -1)
      return
    }
    for (let spin = 0; spin < SPINS; spin++) {
      if (atomic.load<i32>(control + BARRIER) != generation) return passBarrier(control)
    }
    while (atomic.load<i32>(control + BARRIER) == generation) {
      if (maySleep) atomic.wait<i32>(control + BARRIER, generation, -1)
    }
    passBarrier(control)
  }
}

/** Whoever traps says so and opens the barrier: the others trap too, instead of waiting for ever. */
function passBarrier(control: usize): void {
  if (atomic.load<i32>(control + TRAPPED) != 0) unreachable()
}

/** The next chunk of a step that nobody has taken. */
export function claim(counter: usize): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(counter, 1)
  const chunk = load<i32>(counter)
  store<i32>(counter, chunk + 1)
  return chunk
}

/** Sleeps until the generation differs from the last one seen, and returns it. */
export function awaitRun(control: usize, seen: i32): i32 {
  if (ASC_FEATURE_THREADS) {
    for (let spin = 0; spin < SPINS; spin++) {
      const generation = atomic.load<i32>(control + GENERATION)
      if (generation != seen) return generation
    }
    while (atomic.load<i32>(control + GENERATION) == seen) {
      atomic.wait<i32>(control + GENERATION, seen, -1)
    }
    return atomic.load<i32>(control + GENERATION)
  }
  return seen
}

/** Lets the workers go: they read the table that the caller has written before. */
export function announceRun(control: usize): void {
  if (ASC_FEATURE_THREADS) {
    atomic.add<i32>(control + GENERATION, 1)
    atomic.notify(control + GENERATION, -1)
  }
}
