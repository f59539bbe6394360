import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { SluiceError } from 'sluice'
import { flushFolder, makeFolder, removeLeftovers, writeAtomically } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { RunLock } from './runLock.ts'

/** What `run.json` says: everything about a run that must not be in its model file. */
export interface RunDescription {
  readonly format: 'sluice run 1'
  readonly finished: boolean
  /** Options that decide the bits of the model; resuming restores them. */
  readonly options: object
  /** Where, when, with what: for people, and not needed to go on. */
  readonly circumstances: Readonly<Record<string, unknown>>
}

/** `model.safetensors` keeps its run in `model.run/` beside it. */
export function runFolderOf(output: string): string {
  return join(dirname(output), `${basename(output, extname(output))}.run`)
}

/**
 * The folder of one training run. Its files and the order in which they are written make a kill at
 * any moment cost the work since the last checkpoint and nothing else:
 *
 * - A line of `records.jsonl` is on the disk before the checkpoint that counts it; resuming keeps as
 *   many lines as the checkpoint counts.
 * - `checkpoint.safetensors` is written under another name, then the old one becomes
 *   `checkpoint.previous.safetensors`, then the new one takes its place. Between these two renames
 *   only the previous one exists, and reading falls back to it; so it does when the newest is damaged.
 * - The model is written whole by a rename after the last checkpoint, `run.json` says finished only
 *   then, and only then do the checkpoints go.
 */
export class RunFolder {
  readonly path: string
  readonly recordsPath: string
  private readonly lock: RunLock

  private constructor(path: string, lock: RunLock) {
    this.path = path
    this.recordsPath = join(path, 'records.jsonl')
    this.lock = lock
  }

  /**
   * Makes or opens the folder of an output and locks it.
   * @throws SluiceError `refused` while another process trains into it
   */
  static open(output: string): RunFolder {
    const path = runFolderOf(output)
    makeFolder(path)
    const folder = new RunFolder(path, RunLock.take(path))
    removeLeftovers(output)
    for (const name of ['run.json', 'new.safetensors']) removeLeftovers(join(path, name))
    return folder
  }

  /** What a run left beside an output, if there was one; looks only. */
  static peek(output: string): RunDescription | undefined {
    const where = join(runFolderOf(output), 'run.json')
    const bytes = readIfThere(where)
    if (bytes === undefined) return undefined
    try {
      const description = JSON.parse(new TextDecoder().decode(bytes)) as RunDescription
      if (description.format === 'sluice run 1') return description
    } catch {
      // Falls through to the error below, which says more than the parser's.
    }
    throw new SluiceError('format', 'this is not the description of a run', {
      where,
      fix: 'delete the folder, or name another output',
    })
  }

  writeDescription(description: RunDescription): void {
    writeAtomically(join(this.path, 'run.json'), `${JSON.stringify(description, undefined, 2)}\n`)
  }

  get hasCheckpoint(): boolean {
    return this.checkpointPaths.length > 0
  }

  /** Where checkpoints are, the newest first. */
  get checkpointPaths(): string[] {
    return [this.newest, this.previous].filter(
      (path) => statSync(path, NO_THROW)?.isFile() === true,
    )
  }

  /** Puts a checkpoint in place of the newest, which becomes the previous one. */
  writeCheckpoint(bytes: Uint8Array): void {
    const fresh = join(this.path, 'new.safetensors')
    writeAtomically(fresh, bytes)
    if (statSync(this.newest, NO_THROW) !== undefined) renameSync(this.newest, this.previous)
    renameSync(fresh, this.newest)
    flushFolder(this.path)
  }

  /**
   * The newest checkpoint that `parse` accepts. A damaged one is reported and removed, so that it
   * never becomes the previous one.
   * @throws SluiceError `format` when all are damaged
   */
  readCheckpoint<T>(
    parse: (bytes: Uint8Array, where: string) => T,
    onDamaged: (path: string, error: unknown) => void,
  ): T | undefined {
    let damage: unknown
    for (const path of [this.newest, this.previous]) {
      const bytes = readIfThere(path)
      if (bytes === undefined) continue
      try {
        return parse(bytes, path)
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code !== 'format') throw error
        onDamaged(path, error)
        rmSync(path)
        damage = error
      }
    }
    if (damage === undefined) return undefined
    throw new SluiceError('format', 'no checkpoint of this run can be read any more', {
      where: shownPath(this.path),
      fix: 'begin again: the same command with --resume now starts at the first step',
      cause: damage,
    })
  }

  /** Removes checkpoints and records, for a new run. */
  clear(): void {
    this.removeCheckpoints()
    for (const name of ['records.jsonl', 'run.json', 'skipped.txt']) {
      rmSync(join(this.path, name), { force: true })
    }
    flushFolder(this.path)
  }

  removeCheckpoints(): void {
    for (const path of [this.newest, this.previous, join(this.path, 'new.safetensors')]) {
      rmSync(path, { force: true })
    }
  }

  close(): void {
    this.lock.release()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  private get newest(): string {
    return join(this.path, 'checkpoint.safetensors')
  }

  private get previous(): string {
    return join(this.path, 'checkpoint.previous.safetensors')
  }
}

const NO_THROW = { throwIfNoEntry: false } as const

function readIfThere(path: string): Uint8Array | undefined {
  try {
    const { buffer, byteOffset, byteLength } = readFileSync(path)
    return new Uint8Array(buffer, byteOffset, byteLength)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
