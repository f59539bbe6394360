/**
 * The times of frames, read from the log of ffmpeg's `showinfo` filter, handed out in order. Frames
 * and log come through different pipes, so either may be ahead of the other.
 */
export class ShownTimes {
  private readonly ready: number[] = []
  private readonly fps: number
  private waiting: ((time: number | undefined) => void) | undefined
  private ended = false
  private tick = 1
  private latest = Number.NEGATIVE_INFINITY

  /** @param fps for frames without a time stamp, as in raw streams */
  constructor(fps: number) {
    this.fps = fps
  }

  /** Takes a line of the log; true when it was one of showinfo's. */
  read(line: string): boolean {
    if (!line.includes('_showinfo_')) return false
    const base = /config in time_base: *(\d+)\/(\d+)/.exec(line)
    if (base !== null) this.tick = Number(base[1]) / Number(base[2])
    // Stamps are whole ticks; the seconds beside them are cut to six digits, too few after minutes.
    const stamp = /\bn: *\d+ pts: *(-?\d+|NOPTS)/.exec(line)?.[1]
    if (stamp !== undefined) this.push(stamp === 'NOPTS' ? this.guess() : Number(stamp) * this.tick)
    return true
  }

  /** The next frame's time in seconds, once known; undefined when the log ended without it. */
  next(): Promise<number | undefined> {
    const time = this.ready.shift()
    if (time !== undefined || this.ended) return Promise.resolve(time)
    return new Promise((resolve) => {
      this.waiting = resolve
    })
  }

  /** The log is over. */
  end(): void {
    this.ended = true
    this.waiting?.(undefined)
  }

  private guess(): number {
    return Number.isFinite(this.latest) ? this.latest + 1 / this.fps : 0
  }

  private push(time: number): void {
    // Damaged files step back in time; a frame is then shown as soon as the one before it.
    this.latest = Math.max(this.latest, time)
    if (this.waiting === undefined) this.ready.push(this.latest)
    else this.waiting(this.latest)
    this.waiting = undefined
  }
}
