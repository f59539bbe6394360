import { spawnSync } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SluiceError } from 'sluice'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'

const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))

/** Cuts the winds into clips, if they are not there (28 MB from Debian). */
export function fetchWinds(terminal: Terminal): void {
  if (existsSync('data/winds/winds.csv')) return
  terminal.note('cutting clips of wind: 28 MB from Debian by apt-get, a minute')
  make('tools/winds/main.ts', 'data/winds')
}

/** Films the camera moves, if they are not there (76 MB from Debian). */
export function fetchCameraMoves(terminal: Terminal): void {
  if (existsSync('data/study-camera-moves')) return
  terminal.note('filming camera moves: 76 MB from Debian by apt-get, some minutes')
  make('tools/cameraMoves/main.ts', 'data/study-camera-moves', ['--clips', '200,30,100'])
}

/** Runs a maker of data into a folder that gets its name when it is whole. */
function make(script: string, folder: string, more: readonly string[] = []): void {
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  const words = [tsx, script, '--out', partial, ...more]
  const { status } = spawnSync(process.execPath, words, { stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    throw new SluiceError('missing', `${script} could not make ${folder}`, {
      fix: `see what it said above; by hand: npx tsx ${script} --out ${folder} ${more.join(' ')}`,
    })
  }
  renameSync(partial, folder)
}
