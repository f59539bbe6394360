// How threads share a step. The control block holds, one cache line each: the generation (bumped for
// every run), the number of threads that have arrived at the barrier, the barrier's own generation;
// then whether to stop, whether a thread has trapped, so that nobody waits for it, and who takes part.
// Chunks are claimed from a counter: which thread computes one does not matter, because what a chunk
// computes depends on its number only.
//
// Threads take long to start, so runs do not wait for them: each begins with the threads that are there.
// A worker joins by raising JOINED; the next run admits it by raising ADMITTED, and says which
// generation that run is. No later run ends without the worker, so what it reads then is about its first.

const GENERATION = 0
const ARRIVED = 64
const BARRIER = 128
const STOP = 208
const TRAPPED = 216
const JOINED = 220
const ADMITTED = 224
const FIRST_RUN = 228
const SPINS = 4000

/** The threads of the next run: the calling one and all workers that have joined by now. */
export function admitThreads(control: usize): i32 {
  if (ASC_FEATURE_THREADS) {
    const workers = atomic.load<i32>(control + JOINED)
    if (workers != atomic.load<i32>(control + ADMITTED)) {
      atomic.store<i32>(control + FIRST_RUN, atomic.load<i32>(control + GENERATION) + 1)
      atomic.store<i32>(control + ADMITTED, workers)
    }
    return workers + 1
  }
  return 1
}

/** Counts the calling worker among the threads and gives its number. */
export function joinThreads(control: usize): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(control + JOINED, 1) + 1
  return 0
}

/** Waits until a worker is admitted; gives the generation before its first run. */
export function awaitAdmission(control: usize, thread: i32): i32 {
  if (ASC_FEATURE_THREADS) {
    let seen = atomic.load<i32>(control + GENERATION)
    while (atomic.load<i32>(control + ADMITTED) < thread) {
      if (mustStop(control)) return seen
      seen = awaitRun(control, seen)
    }
    return atomic.load<i32>(control + FIRST_RUN) - 1
  }
  return 0
}

export function mustStop(control: usize): bool {
  if (ASC_FEATURE_THREADS) return atomic.load<i32>(control + STOP) != 0
  return false
}

/** Tells all workers to end. */
export function stopThreads(control: usize): void {
  if (ASC_FEATURE_THREADS) atomic.store<i32>(control + STOP, 1)
  announceRun(control)
}

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
