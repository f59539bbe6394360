import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { writeMotionClips } from './motionClips.ts'
import { ending, sluice, startSluice } from './sluiceCommand.ts'

const KILLS = 50
const seed = Number(process.env.SLUICE_KILL_SEED ?? Date.now() % 2 ** 32)

let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-kill-'))
  await writeMotionClips(at('clips'), 6)
  writeFileSync(at('network.json'), '{"type":"clipClassifier","width":4,"depth":[0]}')
})
afterAll(() => rmSync(folder, { recursive: true }))

function args(output: string): string[] {
  return [
    ...['train', 'clips', '-o', output, '--model', 'network.json', '--cache', 'cache'],
    ...['--frames', '4', '--size', '8', '--batch', '4', '--epochs', '100'],
    ...['--checkpoint-every', '2', '--json', '--quiet'],
  ]
}

/**
 * Half of the kills come at any moment of a process's life, start included; the other half once it
 * trains, within the time of some checkpoints. The undisturbed run has two threads, the killed ones
 * one, which starts sooner.
 */
it(`kill -9 at ${KILLS} random moments costs nothing (SLUICE_KILL_SEED=${seed})`, async () => {
  expect(sluice([...args('whole.safetensors'), '--threads', '2'], folder).status).toBe(0)
  const whole = readFileSync(at('whole.safetensors'))
  const records = readFileSync(at('whole.run/records.jsonl'), 'utf8')

  const random = new Random(seed, 'kills')
  let life = 1000
  let resumed = 0
  let runs = 0
  const output = (): string => `killed${runs}`
  for (let kills = 0; kills < KILLS; ) {
    const started = performance.now()
    const running = startSluice(
      [...args(`${output()}.safetensors`), '--resume', '--threads', '1'],
      folder,
    )
    const ended = ending(running)
    const training = new Promise((resolve) => {
      running.stdout?.on('data', (text: Buffer) => {
        if (String(text).includes('"resumed"')) resumed++
        resolve(undefined)
      })
    })
    if (kills % 2 === 0) {
      await Promise.race([ended, pause(random.uniform(0, life))])
    } else {
      await Promise.race([ended, training])
      // Starting takes as long as this machine takes; later kills at random are drawn from it.
      life = 0.8 * life + 0.2 * (performance.now() - started + 100)
      await Promise.race([ended, pause(random.uniform(0, 120))])
    }
    if (running.kill('SIGKILL')) kills++
    await ended
    if (existsSync(at(`${output()}.safetensors`))) {
      // It came to the end before it was killed, or while: that run must be right, and the next is new.
      expect(sluice([...args(`${output()}.safetensors`), '--resume'], folder).status).toBe(0)
      expect(readFileSync(at(`${output()}.safetensors`)).equals(whole)).toBe(true)
      runs++
    }
  }
  expect(sluice([...args(`${output()}.safetensors`), '--resume'], folder).status).toBe(0)
  expect(readFileSync(at(`${output()}.safetensors`)).equals(whole)).toBe(true)
  expect(readFileSync(at(`${output()}.run/records.jsonl`), 'utf8')).toBe(records)
  // Most of those lives went on from a checkpoint; otherwise this has tested nothing.
  expect(resumed).toBeGreaterThan(KILLS / 5)
}, 300_000)

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
