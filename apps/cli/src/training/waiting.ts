import type { Terminal } from '../terminal/terminal.ts'

/** Below this part nobody would gain by waiting less. */
const WORTH_SAYING = 0.1

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

  /** Says so when a good part of the training went by waiting, and what would make it less. */
  note(terminal: Terminal, things: string, remedy: string): void {
    const share = this.totalMs === 0 ? 0 : this.waitedMs / this.totalMs
    if (share < WORTH_SAYING) return
    const part = `${Math.round(100 * share)} %`
    terminal.note(`${part} of the training went by waiting for ${things}; ${remedy} make it less`)
  }
}
