import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs'
import { SluiceError } from 'sluice'
import { writeFully } from './atomicFile.ts'

/**
 * A run's records, one JSON object a line. Lines wait in memory until `flush`; a checkpoint stores the
 * flushed length, and resuming cuts the file back to it, so that a record is never there twice and
 * never half.
 */
export class Records {
  private readonly file: number
  private length: number
  private waiting: string[] = []

  private constructor(file: number, length: number) {
    this.file = file
    this.length = length
  }

  /** Opens a run's records and cuts them to `length` bytes: 0 for a new run, else a checkpoint's. */
  static open(path: string, length: number): Records {
    const present = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (present < length) {
      throw new SluiceError(
        'data',
        'the records of this run are shorter than its checkpoint says',
        {
          where: path,
          expected: `${length} bytes or more`,
          received: `${present} bytes`,
          fix: 'restore the file, or train again into another output',
        },
      )
    }
    const file = openSync(path, present === 0 ? 'w' : 'r+')
    ftruncateSync(file, length)
    return new Records(file, length)
  }

  add(record: Readonly<Record<string, unknown>>): void {
    this.waiting.push(`${JSON.stringify(record)}\n`)
  }

  /** Puts waiting lines onto the disk; returns the length of the file, for the checkpoint. */
  flush(): number {
    if (this.waiting.length > 0) {
      const bytes = new TextEncoder().encode(this.waiting.join(''))
      this.waiting = []
      writeFully(this.file, bytes, this.length)
      this.length += bytes.length
    }
    fsyncSync(this.file)
    return this.length
  }

  close(): void {
    closeSync(this.file)
  }
}

/** The records in a file; a last line that was cut off by a kill is left out. */
export function readRecords(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}
