/** A Debian package's files: fetched with apt-get when no file is given, then unpacked without root. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

export interface DebianPackage {
  readonly name: string
  /** A file that the package must hold, relative to its root. */
  readonly holds: string
}

/**
 * @param deb a downloaded package, or undefined to call `apt-get download`
 * @param workFolder where packages are kept and unpacked; reused when they are already there
 * @returns the folder that holds the package's `usr`
 * @throws SluiceError `missing` when a program or the package cannot be had
 */
export function openPackage(
  { name, holds }: DebianPackage,
  deb: string | undefined,
  workFolder: string,
): string {
  const folder = resolve(workFolder)
  mkdirSync(folder, { recursive: true })
  const file = deb === undefined ? downloaded(name, folder) : resolve(deb)
  const unpacked = join(folder, basename(file, '.deb'))
  if (!existsSync(unpacked)) {
    // Renamed when complete, so that an interrupted unpacking is not taken for the whole package.
    run('dpkg-deb', ['-x', file, `${unpacked}.partial`], folder)
    renameSync(`${unpacked}.partial`, unpacked)
  }
  if (!existsSync(join(unpacked, holds))) {
    throw new SluiceError('missing', `this package does not hold ${holds}`, {
      where: file,
      expected: `the Debian package ${name}`,
    })
  }
  return unpacked
}

function downloaded(name: string, folder: string): string {
  const present = () =>
    readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'))
  if (present() === undefined) run('apt-get', ['download', name], folder)
  return join(folder, present() ?? `${name}.deb`)
}

function run(program: string, parameters: readonly string[], folder: string): void {
  try {
    execFileSync(program, parameters, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.trim() : String(cause)
    throw new SluiceError('missing', said, {
      where: program,
      expected: 'Debian or a relative of it, with its package lists up to date',
      fix: 'run `apt-get update`, or download the package by hand and pass it as --deb FILE',
      cause,
    })
  }
}
