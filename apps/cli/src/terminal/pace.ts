/**
 * Speed and time left from what has been done so far. Recent work counts more, with a half-life, so
 * that the figure follows a machine that gets busy without jumping at every step.
 */
export class Pace {
  private readonly clock: () => number
  private last: number
  private work = 0
  private time = 0

  /** @param clock seconds from any origin */
  constructor(clock: () => number = () => performance.now() / 1000) {
    this.clock = clock
    this.last = clock()
  }

  /** Says that `amount` of work was done since the last call. */
  add(amount: number): void {
    const now = this.clock()
    const passed = now - this.last
    this.last = now
    const keep = 0.5 ** (passed / HALF_LIFE)
    this.work = this.work * keep + amount
    this.time = this.time * keep + passed
  }

  /** Leaves the time since the last call out: it went into something else. */
  pause(): void {
    this.last = this.clock()
  }

  /** Work per second; NaN before any. */
  get perSecond(): number {
    return this.work === 0 ? Number.NaN : this.work / Math.max(this.time, 1e-9)
  }

  /** Seconds for `amount` of work. */
  secondsFor(amount: number): number {
    return amount / this.perSecond
  }
}

const HALF_LIFE = 10
