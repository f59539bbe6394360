import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { SluiceError } from 'sluice'

/**
 * Writes a file that is there whole or not at all, whenever the process or the machine dies: a
 * temporary name in the same folder (a rename does not cross file systems), flushed to the disk,
 * renamed over the target, and the folder flushed so that the rename itself survives. Devices and pipes,
 * such as `/dev/stdout`, are written to instead: a rename would put a file in their place.
 * @throws SluiceError `data` when the folder cannot be written
 */
export function writeAtomically(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  if (isDevice(path)) {
    writeToDevice(path, bytes)
    return
  }
  const temporary = temporaryName(path)
  try {
    const file = openSync(temporary, 'w')
    try {
      writeFully(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
    flushFolder(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw cannotWrite(path, error)
  }
}

/** Whether there is something that only takes what is written to it: a device, a pipe or a name in `/dev`. */
function isDevice(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined || status.isDirectory()) return false
  // Where standard output is a file, `/dev/stdout` looks like one.
  return !status.isFile() || dirname(resolve(path)) === '/dev'
}

function writeToDevice(path: string, bytes: Uint8Array): void {
  try {
    const device = openSync(path, 'w')
    try {
      writeFully(device, bytes)
    } finally {
      closeSync(device)
    }
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** Writes all of it where the file stands; one `write` may take less than it is given. */
export function writeFully(file: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(file, content, at)
}

/** Makes renames and new names in a folder last. Windows has no such call and needs none. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Finds out now whether a file could be written later, so that hours of training do not end in an
 * error. Leaves nothing behind and does not touch an existing file.
 */
export function checkWritable(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status?.isDirectory() === true) {
    throw new SluiceError('usage', 'the output is a folder', {
      where: path,
      fix: 'name a file in it',
    })
  }
  if (isDevice(path)) return
  const folder = dirname(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SluiceError('missing', 'the folder of the output is not there', {
      where: path,
      fix: `create it: mkdir -p ${folder}`,
    })
  }
  const probe = temporaryName(path)
  try {
    closeSync(openSync(probe, 'w'))
    unlinkSync(probe)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/**
 * Makes a folder and those above it, unless it is there.
 * @throws SluiceError `data` when it cannot be made
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** Removes temporary files that a killed process left beside `path`. Call only as its one writer. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path)
  const begin = `.${basename(path)}.`
  for (const name of readdirSync(folder)) {
    if (name.startsWith(begin) && /^\d+\.partial$/.test(name.slice(begin.length))) {
      rmSync(join(folder, name), { force: true })
    }
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.partial`)
}

/** What a failed write means: the folder, the rights, or the disk. */
export function cannotWrite(path: string, cause: unknown): SluiceError {
  return new SluiceError('data', `cannot be written (${reason(cause)})`, {
    where: path,
    fix: 'check that the folder exists, that you may write there, and that the disk is not full',
    cause,
  })
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split(',')[0] ?? 'unknown') : String(error)
}
