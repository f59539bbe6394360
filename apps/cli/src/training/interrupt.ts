/**
 * Ctrl-C in two steps: the first asks the work to stop at the next safe point, the second stops the
 * process at once. SIGTERM, which schedulers send before they kill, counts as Ctrl-C.
 */
export class Interrupt {
  private asked = false
  private readonly onFirst: () => void
  private readonly handle = (): void => {
    // 130 = 128 + SIGINT, as shells report it.
    if (this.asked) process.exit(130)
    this.asked = true
    this.onFirst()
  }

  /** @param onFirst says that the request was heard */
  constructor(onFirst: () => void) {
    this.onFirst = onFirst
    process.on('SIGINT', this.handle)
    process.on('SIGTERM', this.handle)
  }

  get requested(): boolean {
    return this.asked
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.handle)
    process.off('SIGTERM', this.handle)
  }
}
