import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random, tensor } from 'sluice'
import { writeSafetensors } from 'sluice/formats'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ending, jsonLines, sluice, startSluice } from './sluiceCommand.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const count = 24
const steps = 5
const width = 6

/** Two channels over time on a line: a bump that moves right in class 0 and left in class 1. */
function bump(i: number): Float32Array {
  const random = new Random(3, 'bump', i)
  const direction = i % 2 === 0 ? 1 : -1
  const from = random.integer(width)
  const values = new Float32Array(2 * steps * width)
  for (let c = 0; c < 2; c++) {
    for (let t = 0; t < steps; t++) {
      const centre = (from + direction * t + 10 * width) % width
      for (let x = 0; x < width; x++) {
        const value = 280 + (x === centre ? 5 : 0) + random.uniform(-0.1, 0.1)
        values[(c * steps + t) * width + x] = c === 0 ? value : value * 1000
      }
    }
  }
  return values
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-arrays-'))
  mkdirSync(at('data'))
  const all = new Float32Array(count * 2 * steps * width)
  for (let i = 0; i < count; i++) all.set(bump(i), i * 2 * steps * width)
  const tensors = new Map([['x', tensor([count, 2, steps, 1, width], all)]])
  writeFileSync(at('data/all.safetensors'), writeSafetensors(tensors))
  const rows = Array.from({ length: count }, (_, i) => {
    const split = i < 16 ? 'train' : i < 20 ? 'valid' : 'test'
    return `all.safetensors#${i},${i % 2 === 0 ? 'right' : 'left'},${split},g${i}`
  })
  writeFileSync(at('data/list.csv'), `path,label,split,group\n${rows.join('\n')}\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

const settings = ['--model', 'tiny', '--epochs', '6', '--batch', '4', '--threads', '1']

describe('arrays from a list', () => {
  it('train to the same bits wherever clips are made and however little memory there is', () => {
    const models = [
      ['--workers', '0'],
      ['--workers', '2'],
      ['--workers', '1', '--memory', '0'],
    ].map((more, i) => {
      const out = `m${i}.safetensors`
      const { status, stdout, stderr } = sluice(
        ['train', 'data/list.csv', '-o', out, ...settings, '--mirror', 'left=right', ...more],
        folder,
      )
      expect(status, stderr).toBe(0)
      expect(stdout).toMatch(/arrays of 2 channels, 5 steps, 1×6; the network sees 5 steps/)
      return readFileSync(at(out))
    })
    expect(models[1]?.equals(models[0] ?? Buffer.alloc(0))).toBe(true)
    expect(models[2]?.equals(models[0] ?? Buffer.alloc(0))).toBe(true)
  })

  it('are evaluated and classified by the model, with its mean and deviation', () => {
    const { stdout } = sluice(['evaluate', 'm0.safetensors', 'data/list.csv', '--json'], folder)
    expect(jsonLines(stdout)[0]).toMatchObject({ perClass: [{ support: 2 }, { support: 2 }] })
    const inspected = sluice(['inspect', 'm0.safetensors'], folder)
    expect(inspected.stdout).toMatch(/arrays of 2 channels, 5 steps, 1×6, mean 280\.\d+, 280\d+/)
    const named = sluice(
      ['classify', 'm0.safetensors', 'data/all.safetensors#3', 'data/all.safetensors#99', '--json'],
      folder,
    )
    expect(named.status).toBe(1)
    expect(jsonLines(named.stdout)).toHaveLength(1)
    expect(named.stderr).toMatch(/#99: there is no such element[\s\S]*0 to 23/)
  })

  it('refuse options about pixels, classes that are not there and videos', () => {
    const train = (...more: string[]) =>
      sluice(['train', 'data/list.csv', '-o', 'no.safetensors', ...settings, ...more], folder)
    expect(train('--size', '32').stderr).toMatch(/--size: only for videos/)
    expect(train('--mirror', 'left=up').stderr).toMatch(/--mirror names a class[\s\S]*up/)
    expect(train('--group-by', 'prefix').stderr).toMatch(/column "group" already/)
    expect(train('--axes', 'CDD').stderr).toMatch(/axes/)
    expect(train('--memory', 'much').stderr).toMatch(/amount of memory/)
  })
})

describe('Ctrl-C', () => {
  // Windows has no signals to send.
  it.skipIf(process.platform === 'win32')('leaves no process behind', async () => {
    const running = startSluice(
      ['train', 'data/list.csv', '-o', 'stop.safetensors', '--epochs', '100000', '--threads', '1'],
      folder,
    )
    onTestFinished(() => {
      running.kill('SIGKILL')
    })
    let said = ''
    await new Promise<void>((resolve) => {
      running.stdout?.on('data', (text: Buffer) => {
        said += String(text)
        if (/epoch +1\//.test(said)) resolve()
      })
    })
    running.kill('SIGINT')
    expect(await ending(running), said).toBe(130)
    const alive = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    expect(alive).not.toMatch(/stop\.safetensors/)
  })
})
