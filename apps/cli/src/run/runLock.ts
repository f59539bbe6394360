import {
  constants,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { SluiceError } from 'sluice'
import { cannotWrite } from '../files/atomicFile.ts'

/** Who holds a run's folder. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, as the system counts; tells a process from a later one with its number. */
  readonly started: string
}

/**
 * One writer per run. The lock is a file that appears whole (a hard link to one already written) and
 * names its process; a process that was killed leaves it behind, and the next one sees that nobody
 * of that number and start is alive and takes it over.
 */
export class RunLock {
  private readonly path: string
  private readonly content: string

  private constructor(path: string, content: string) {
    this.path = path
    this.content = content
  }

  /** @throws SluiceError `refused` while another process holds it */
  static take(folder: string): RunLock {
    const path = join(folder, 'lock')
    const own: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
    const content = JSON.stringify(own)
    const draft = join(folder, `.lock.${process.pid}.partial`)
    try {
      writeFileSync(draft, content)
    } catch (error) {
      rmSync(draft, { force: true })
      throw cannotWrite(path, error)
    }
    try {
      for (let attempt = 0; attempt < 5; attempt++) {
        if (linked(draft, path)) return new RunLock(path, content)
        const found = contentOf(path)
        if (found === undefined) continue
        const holder = holderOf(found)
        if (holder !== undefined && isAlive(holder)) throw taken(path, holder)
        removeStale(path, found)
      }
      throw new SluiceError('refused', 'the lock of this run keeps changing hands', { where: path })
    } finally {
      rmSync(draft, { force: true })
    }
  }

  release(): void {
    if (contentOf(this.path) === this.content) rmSync(this.path, { force: true })
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
  }
  // A file system without hard links (FAT, some network drives): a copy that refuses to replace.
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead process's lock away; if someone took it over meanwhile, it is put back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if (contentOf(aside) !== stale) linked(aside, path)
  rmSync(aside, { force: true })
}

function taken(path: string, holder: Holder): SluiceError {
  const here = holder.host === hostname()
  return new SluiceError('refused', 'another process is training into this output', {
    where: path,
    received: `process ${holder.pid} on ${holder.host}`,
    fix: here
      ? 'wait for it, stop it, or name another output'
      : 'if no process on that machine is running any more, delete the lock file',
  })
}

/** A process of another machine counts as alive: there is no way to ask. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true
  if (holder.pid === process.pid) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return holder.started === startOf(holder.pid)
}

/** Field 22 of /proc/<pid>/stat, counted from the last parenthesis; empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function holderOf(content: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(content) as Partial<Holder>
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined
    return { pid, host, started: typeof started === 'string' ? started : '' }
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
