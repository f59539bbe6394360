/** What goes wrong on real machines: nothing is lost, and the message says how to go on. */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeMotionClips } from './motionClips.ts'
import { ending, sluice, startSluice } from './sluiceCommand.ts'

const bin = new URL('../../apps/cli/bin/sluice.js', import.meta.url).pathname

let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-misfortunes-'))
  await writeMotionClips(at('clips'), 6)
  writeFileSync(at('network.json'), '{"type":"clipClassifier","width":4,"depth":[0]}')
})
afterAll(() => rmSync(folder, { recursive: true }))

function training(output: string, epochs = 3): string[] {
  return [
    ...['train', 'clips', '-o', output, '--model', 'network.json', '--cache', 'cache', '--quiet'],
    ...['--frames', '4', '--size', '8', '--batch', '4', '--epochs', String(epochs)],
    ...['--workers', '0', '--threads', '1'],
  ]
}

/** Runs the command where no file may grow beyond so many blocks of 512 bytes: like a full disk. */
function withSmallFiles(blocks: number, args: readonly string[]) {
  const line = `ulimit -f ${blocks}; exec "$@"`
  return spawnSync('sh', ['-c', line, 'sh', process.execPath, bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  })
}

// skipped on Windows: its shell has no limit on the size of files.
describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it('ends training with the file that could not be written, and --resume goes on', () => {
    expect(sluice(training('whole.safetensors'), folder).status).toBe(0)
    const { status, stderr } = withSmallFiles(4, training('full.safetensors'))
    expect(stderr).toMatch(/full\.run\S*: cannot be written \(E[A-Z]+: [\s\S]*disk is not full/)
    expect(stderr).not.toMatch(/\n\s+at |bug in sluice/)
    expect(status).toBe(1)
    expect(existsSync(at('full.safetensors'))).toBe(false)
    expect(readdirSync(at('full.run')).filter((name) => name.endsWith('.partial'))).toEqual([])
    expect(sluice([...training('full.safetensors'), '--resume'], folder).status).toBe(0)
    expect(readFileSync(at('full.safetensors'))).toEqual(readFileSync(at('whole.safetensors')))
  })
})

describe('a checkpoint that was cut in half', () => {
  it('is named, and the one before it is used', { timeout: 120_000 }, async () => {
    const epochs = 400
    const running = startSluice(training('cut.safetensors', epochs), folder)
    const ended = ending(running)
    while (!existsSync(at('cut.run/checkpoint.previous.safetensors'))) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    running.kill('SIGINT')
    expect(await ended).toBe(130)
    const newest = at('cut.run/checkpoint.safetensors')
    truncateSync(newest, Math.floor(readFileSync(newest).length / 2))
    const { status, stderr } = sluice([...training('cut.safetensors', epochs), '--resume'], folder)
    expect(stderr).toMatch(/checkpoint\.safetensors/)
    expect(status).toBe(0)
    expect(sluice(training('straight.safetensors', epochs), folder).status).toBe(0)
    expect(readFileSync(at('cut.safetensors'))).toEqual(readFileSync(at('straight.safetensors')))
  })
})

describe('a limit of memory', () => {
  const tooMuch =
    /does not fit into memory\n {2}expected: at most [\d.]+ MB[\s\S]*received: [\s\S]*fix: use a smaller batch/

  it('is kept by training, before a clip is decoded', () => {
    const args = ['--size', '64', '--batch', '8', '--max-memory', '1500KB', '--cache', 'untouched']
    const { status, stderr } = sluice([...training('large.safetensors'), ...args], folder)
    expect(stderr).toMatch(tooMuch)
    expect(status).toBe(1)
    expect(existsSync(at('large.run/run.json'))).toBe(false)
    expect(existsSync(at('untouched'))).toBe(false)
  })

  it('is kept by evaluate and classify', () => {
    expect(sluice(training('fits.safetensors'), folder).status).toBe(0)
    const evaluation = ['evaluate', 'fits.safetensors', 'clips', '--batch', '4096']
    expect(sluice([...evaluation, '--max-memory', '2MB'], folder).stderr).toMatch(tooMuch)
    const file = join('clips', 'left', '0.webp')
    const small = sluice(['classify', 'fits.safetensors', file, '--max-memory', '1KB'], folder)
    expect(small.stderr).toMatch(/must be 1MiB or more/)
    expect(small.status).toBe(2)
    expect(sluice(['classify', 'fits.safetensors', file, '--quiet'], folder).status).toBe(0)
  })
})
