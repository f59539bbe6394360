/** The game's data: fetched from Debian when no package file is given, then unpacked without root. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

const PACKAGE = 'flare-game'

export interface FlareData {
  /** Holds the mods `fantasycore` and `empyrean_campaign`. */
  readonly modsFolder: string
  /** `hero_layers.txt` of the game's engine settings. */
  readonly layerOrderFile: string
}

/**
 * @param deb a downloaded package, or undefined to call `apt-get download`
 * @param workFolder where packages are kept and unpacked; reused when they are already there
 * @throws SluiceError `missing` when a program or the package cannot be had
 */
export function openFlarePackage(deb: string | undefined, workFolder: string): FlareData {
  const folder = resolve(workFolder)
  mkdirSync(folder, { recursive: true })
  const file = deb === undefined ? downloaded(folder) : resolve(deb)
  const unpacked = join(folder, basename(file, '.deb'))
  if (!existsSync(unpacked)) {
    // Renamed when complete, so that an interrupted unpacking is not taken for the whole game.
    run('dpkg-deb', ['-x', file, `${unpacked}.partial`], folder)
    renameSync(`${unpacked}.partial`, unpacked)
  }
  const modsFolder = join(unpacked, 'usr/share/games/flare/mods')
  const layerOrderFile = join(modsFolder, 'fantasycore/engine/hero_layers.txt')
  if (!existsSync(layerOrderFile)) {
    throw new SluiceError('missing', 'this package holds no Flare game data', {
      where: file,
      expected: `the Debian package ${PACKAGE}`,
    })
  }
  return { modsFolder, layerOrderFile }
}

function downloaded(folder: string): string {
  const present = () => readdirSync(folder).find((name) => /^flare-game_.*\.deb$/.test(name))
  if (present() === undefined) run('apt-get', ['download', PACKAGE], folder)
  return join(folder, present() ?? `${PACKAGE}.deb`)
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
