import { readFileSync, realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { SluiceError } from 'sluice'

/** A path as a person would type it from here: relative where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere !== '' && fromHere.length < path.length ? fromHere : path
}

/** The bytes of a file that a person named. */
export function readInputFile(path: string): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = readFileSync(path)
    return new Uint8Array(buffer, byteOffset, byteLength)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'ENOENT') throw new SluiceError('missing', 'no such file', { where: path, cause })
    if (code === 'EISDIR') {
      throw new SluiceError('missing', 'a folder where a file should be', { where: path, cause })
    }
    throw new SluiceError('missing', `cannot be read (${code})`, { where: path, cause })
  }
}

/**
 * Refuses an output that is one of the inputs, whatever name or link leads there.
 * @throws SluiceError `usage`
 */
export function refuseOverwriting(output: string, inputs: readonly string[]): void {
  for (const input of inputs) {
    if (realPath(output) !== realPath(input)) continue
    throw new SluiceError('usage', 'the output would replace an input', {
      where: output,
      fix: 'name another file',
    })
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
