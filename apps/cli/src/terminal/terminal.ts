import { type Paint, paintFor } from './colours.ts'
import { shorten } from './textWidth.ts'

/** The little of a stream that is needed, so that tests can hand in their own. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface TerminalOptions {
  /** Standard output carries JSON lines and nothing else; people's text goes to standard error. */
  readonly json?: boolean
  /** No progress, no notes: results and warnings only. */
  readonly quiet?: boolean
  readonly stdout?: TextStream
  readonly stderr?: TextStream
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Seconds from any origin. */
  readonly clock?: () => number
}

/** A live line is redrawn at most this often, in seconds. */
const REDRAW = 0.1
/** Without a terminal, a line of progress at most this often, in seconds. */
const PLAIN = 5

/**
 * Everything the command says goes through here, so that the live line is always cleared before
 * other text and standard output stays clean under --json. Progress is one line that rewrites itself
 * on a terminal, and a plain line now and then elsewhere.
 */
export class Terminal {
  readonly json: boolean
  readonly paint: Paint
  readonly columns: number
  /** For tables whose every name counts: all that the terminal has, and a file has no edge. */
  readonly tableColumns: number
  private readonly quiet: boolean
  private readonly stdout: TextStream
  private readonly stderr: TextStream
  private readonly narration: TextStream
  private readonly live: boolean
  private readonly clock: () => number
  private drawn = false
  private lastProgress: number

  constructor(options: TerminalOptions = {}) {
    const { json = false, quiet = false, environment = process.env } = options
    this.stdout = options.stdout ?? process.stdout
    this.stderr = options.stderr ?? process.stderr
    this.json = json
    this.quiet = quiet
    this.narration = json ? this.stderr : this.stdout
    this.paint = paintFor(this.narration, environment)
    this.live = this.stderr.isTTY === true && environment.TERM !== 'dumb'
    this.columns = Math.max(40, Math.min(columnsOf(this.narration, 100), 120))
    const { isTTY } = this.narration
    this.tableColumns = isTTY === true ? columnsOf(this.narration, 100) : Number.POSITIVE_INFINITY
    this.clock = options.clock ?? (() => performance.now() / 1000)
    // What is over within seconds needs no plain line.
    this.lastProgress = this.live ? Number.NEGATIVE_INFINITY : this.clock()
  }

  /** What was asked for, as text. Ends its own lines. */
  result(text: string): void {
    this.clear()
    this.narration.write(text)
  }

  /** What was asked for, as one line of JSON. */
  jsonLine(value: unknown): void {
    this.clear()
    this.stdout.write(`${JSON.stringify(value)}\n`)
  }

  /** What is going on: a line, or several. */
  note(text: string): void {
    if (this.quiet) return
    this.clear()
    this.narration.write(`${text}\n`)
    this.lastProgress = this.clock()
  }

  /** What a person should know even if they asked for quiet. */
  warn(text: string): void {
    this.clear()
    this.stderr.write(`${this.paint('yellow', 'warning:')} ${text}\n`)
  }

  /** Why a command ends without what it was asked for. */
  error(text: string): void {
    this.clear()
    this.stderr.write(`${this.paint('red', 'error:')} ${text}\n`)
  }

  /** How far it has come. The text is made only if it will be shown. */
  progress(text: () => string): void {
    if (this.quiet) return
    const now = this.clock()
    if (now - this.lastProgress < (this.live ? REDRAW : PLAIN)) return
    this.lastProgress = now
    if (this.live) {
      const columns = Math.max(20, columnsOf(this.stderr, 80))
      this.stderr.write(`\r\u001b[2K${shorten(text(), columns - 1)}`)
      this.drawn = true
    } else {
      this.narration.write(`${text()}\n`)
    }
  }

  /** Takes the live line off the screen. */
  clear(): void {
    if (!this.drawn) return
    this.stderr.write('\r\u001b[2K')
    this.drawn = false
  }
}

/** A terminal that does not know its width says 0. */
function columnsOf({ columns = 0 }: TextStream, otherwise: number): number {
  return columns > 0 ? columns : otherwise
}
