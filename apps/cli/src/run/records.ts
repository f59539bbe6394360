import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs'
import { SluiceError } from 'sluice'
import { cannotWrite, writeFully } from '../files/atomicFile.ts'

const NEWLINE = 10

/**
 * A run's records, one JSON object a line. A line is on the disk before the checkpoint that counts
 * it; resuming keeps as many lines as the checkpoint counts, so that no record is there twice or half.
 */
export class Records {
  private readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** @throws SluiceError `data` when it cannot be written */
  append(record: object): void {
    const line = new TextEncoder().encode(`${JSON.stringify(record)}\n`)
    try {
      const file = openSync(this.path, 'a')
      try {
        writeFully(file, line)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      throw cannotWrite(this.path, error)
    }
  }

  /**
   * Drops all but the first `count` lines, and what a kill left of a line.
   * @throws SluiceError `data` when there are fewer
   */
  keep(count: number): void {
    const bytes = readIfThere(this.path)
    let end = 0
    for (let line = 0; line < count; line++) {
      end = bytes.indexOf(NEWLINE, end) + 1
      if (end === 0) {
        throw new SluiceError('data', 'lines are missing from the records of this run', {
          where: this.path,
          expected: `${count} lines or more`,
          received: `${line} lines`,
          fix: 'restore the file, or train again into another output',
        })
      }
    }
    const file = openSync(this.path, 'a')
    try {
      ftruncateSync(file, end)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

function readIfThere(path: string): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = readFileSync(path)
    return new Uint8Array(buffer, byteOffset, byteLength)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return new Uint8Array()
    throw error
  }
}
