/** How long somebody who takes things one after another waited for the next. */
export class Waiting {
  private waitedMs = 0
  private totalMs = 0

  /** The same things, with the time that passes until each is there. */
  async *watch<T>(things: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    const begun = performance.now()
    let asked = begun
    for await (const thing of things) {
      this.waitedMs += performance.now() - asked
      yield thing
      asked = performance.now()
    }
    this.totalMs += performance.now() - begun
  }

  /** The part of the time that was spent waiting, 0 to 1. */
  get share(): number {
    return this.totalMs === 0 ? 0 : this.waitedMs / this.totalMs
  }
}
