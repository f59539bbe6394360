import {
  copyFileSync,
  existsSync,
  mkdirSync,
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
import { ending, jsonLines, type Outcome, sluice, startSluice } from './sluiceCommand.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const network = '{"type":"clipClassifier","width":8,"depth":[1]}'

const epochs = 30
let trained: Outcome

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-train-'))
  await writeMotionClips(at('clips/train'), 12, { seed: 1 })
  await writeMotionClips(at('clips/valid'), 4, { seed: 2 })
  await writeMotionClips(at('clips/test'), 6, { seed: 3 })
  writeFileSync(at('network.json'), network)
  trained = sluice([...options('model.safetensors'), '--json'], folder)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** Options of a run that takes seconds. */
function options(output: string, times = epochs): string[] {
  return [
    ...['train', 'clips', '-o', output, '--model', 'network.json', '--cache', 'cache'],
    ...['--frames', '6', '--size', '12', '--batch', '8', '--epochs', String(times), '--seed', '5'],
    ...['--lr', '0.01'],
  ]
}

const bytesOf = (name: string): Buffer => readFileSync(at(name))

/** Starts a run and returns once it has trained an epoch. */
async function startedRun(args: readonly string[]) {
  const running = startSluice([...args, '--json', '--quiet'], folder)
  const ended = ending(running)
  await new Promise((resolve) => {
    running.stdout?.once('data', resolve)
    ended.then(resolve)
  })
  return { running, ended }
}

describe('from clips to a model and back', () => {
  it('prints a record per epoch as JSON, and nothing else to standard output', () => {
    expect(trained.stderr).not.toContain('error')
    expect(trained.status).toBe(0)
    const lines = jsonLines(trained.stdout)
    expect(lines).toHaveLength(epochs + 1)
    expect(lines[0]).toMatchObject({ type: 'epoch', epoch: 1, step: 3 })
    expect(lines[epochs]).toMatchObject({ type: 'finished', model: 'model.safetensors' })
  })
  it('keeps records and circumstances in the folder of the run, and no checkpoint', () => {
    expect(readdirSync(at('model.run')).sort()).toEqual(['records.jsonl', 'run.json'])
    expect(jsonLines(readFileSync(at('model.run/records.jsonl'), 'utf8'))).toHaveLength(epochs)
    const run: unknown = JSON.parse(readFileSync(at('model.run/run.json'), 'utf8'))
    expect(run).toMatchObject({ finished: true, circumstances: { clips: at('clips') } })
  })
  it('writes no path, time or thread count into the model', () => {
    const text = bytesOf('model.safetensors').toString('latin1')
    expect(text).not.toContain(folder)
    expect(text).not.toMatch(/threads|\d\d:\d\d:\d\d/)
  })
  it('writes the same bytes again, with one thread and without the cache', () => {
    const again = sluice([...options('again.safetensors'), '--threads', '1', '--no-cache'], folder)
    expect(again.status).toBe(0)
    expect(bytesOf('again.safetensors').equals(bytesOf('model.safetensors'))).toBe(true)
  })
  it('evaluates on test/ and learnt to see motion', () => {
    const { status, stdout } = sluice(
      ['evaluate', 'model.safetensors', 'clips', '--json', '--report', 'report.json'],
      folder,
    )
    expect(status).toBe(0)
    const [report] = jsonLines(stdout)
    expect(Object.keys(report ?? {})).toEqual(['top1', 'topk', 'classes', 'perClass', 'confusion'])
    expect(report).toMatchObject({ topk: 1, classes: ['left', 'right'] })
    expect(report?.top1).toBeGreaterThanOrEqual(0.75)
    expect(report?.perClass).toMatchObject([{ class: 'left', support: 6 }, { class: 'right' }])
    const confusion = report?.confusion as number[][] | undefined
    expect(confusion?.flat().reduce((a, b) => a + b)).toBe(12)
    expect(JSON.parse(readFileSync(at('report.json'), 'utf8'))).toEqual(report)
  })
  it('is measured with its frames shuffled or still, which tells that it watches', () => {
    const top1Of = (order: string) => {
      const args = ['evaluate', 'model.safetensors', 'clips', '--split', 'train', '--order', order]
      const { status, stdout, stderr } = sluice([...args, '--json'], folder)
      expect(status).toBe(0)
      return { top1: Number(jsonLines(stdout)[0]?.top1), stderr }
    }
    const shown = top1Of('shown')
    expect(shown.top1).toBeGreaterThanOrEqual(0.75)
    // A square that stands still moves neither left nor right: half of all guesses is what is left.
    const still = top1Of('still')
    expect(still.top1).toBeLessThanOrEqual(0.7)
    expect(still.stderr).toContain('middle frame')
    const shuffled = top1Of('shuffled')
    expect(shuffled.top1).toBeLessThan(shown.top1)
    expect(shuffled.stderr).toContain('shuffled')
  })
  it('trains on single frames, the control that cannot see motion, and says what it cannot do', () => {
    const args = options('one.safetensors', 2).map((arg, i, all) =>
      all[i - 1] === '--frames' ? '1' : arg,
    )
    expect(sluice(args, folder).status).toBe(0)
    const evaluated = (...more: string[]) =>
      sluice(['evaluate', 'one.safetensors', 'clips', '--clips', '1', ...more], folder)
    expect(evaluated().status).toBe(0)
    const shuffled = evaluated('--order', 'shuffled')
    expect(shuffled.status).toBe(2)
    expect(shuffled.stderr).toContain('single frame')
  })
  it('evaluates for people with a table and a matrix', () => {
    const { status, stdout } = sluice(
      ['evaluate', 'model.safetensors', 'clips', '--split', 'train'],
      folder,
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/top-1 accuracy {2}\d\.\d{3} {2}of 24 clips/)
    expect(stdout).toMatch(/left +1 │/)
  })
  it('classifies one JSON line a file, and goes on after one that fails', () => {
    const files = ['clips/test/left/0.webp', 'missing.gif', 'clips/test/right/0.webp']
    const { status, stdout, stderr } = sluice(
      ['classify', 'model.safetensors', ...files, '--json'],
      folder,
    )
    expect(status).toBe(1)
    expect(stderr).toContain('missing.gif')
    const lines = jsonLines(stdout)
    expect(lines.map(({ file }) => file)).toEqual([files[0], files[2]])
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['file', 'label', 'probabilities'])
      const { left = 0, right = 0 } = line.probabilities as Record<string, number>
      expect(left + right).toBeCloseTo(1, 5)
      expect(line.label).toBe(left > right ? 'left' : 'right')
    }
  })
  it('inspects: layers, memory and how it was trained', () => {
    const text = sluice(['inspect', 'model.safetensors'], folder)
    expect(text.stdout).toMatch(/receptive field +\d+ frames × \d+×\d+/)
    expect(text.stdout).toMatch(/stage1.down.conv +gatedConv +\[1, 16, 3, 3, 3\]/)
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    const [model] = jsonLines(sluice(['inspect', 'model.safetensors', '--json'], folder).stdout)
    expect(model).toMatchObject({ classes: ['left', 'right'], inputShape: [1, 3, 6, 12, 12] })
    expect(model?.memory).toMatchObject({ arenaBytes: expect.any(Number) })
  })
  it('says that a finished run has nothing to go on with', () => {
    const { status, stdout } = sluice(['train', '-o', 'model.safetensors', '--resume'], folder)
    expect(status).toBe(0)
    expect(stdout).toContain('finished')
  })
  it('refuses a model as its own output, and classes that it never learnt', () => {
    expect(
      sluice(['run', 'model.safetensors', 'x', '-o', './model.safetensors'], folder).status,
    ).toBe(2)
    mkdirSync(at('other/up'), { recursive: true })
    copyFileSync(at('clips/test/left/0.webp'), at('other/up/0.webp'))
    const { status, stderr } = sluice(['evaluate', 'model.safetensors', 'other'], folder)
    expect(status).toBe(1)
    expect(stderr).toContain('received: up')
  })
})

describe('a run that is stopped', () => {
  it('by Ctrl-C ends with 130 and a checkpoint, and goes on to the same bytes', async () => {
    const args = options('stopped.safetensors')
    const { running, ended } = await startedRun(args)
    running.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(existsSync(at('stopped.run/checkpoint.safetensors'))).toBe(true)
    expect(existsSync(at('stopped.safetensors'))).toBe(false)

    const refused = sluice(args, folder)
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('--resume')
    const other = sluice(['train', '-o', 'stopped.safetensors', '--resume', '--seed', '6'], folder)
    expect(other.status).toBe(2)
    expect(other.stderr).toContain('--seed: the run has 5, given 6')

    const cache = ['--cache', 'cache', '--threads', '1']
    const resumed = sluice(['train', '-o', 'stopped.safetensors', '--resume', ...cache], folder)
    expect(resumed.stdout).toContain('going on after epoch')
    expect(resumed.status).toBe(0)
    expect(bytesOf('stopped.safetensors').equals(bytesOf('model.safetensors'))).toBe(true)
    const records = (run: string): string => readFileSync(at(`${run}.run/records.jsonl`), 'utf8')
    expect(records('stopped')).toBe(records('model'))
  })

  it('goes on from the checkpoint before, when the newest is cut in half', async () => {
    const args = options('cut.safetensors')
    const { running, ended } = await startedRun([...args, '--checkpoint-every', '1'])
    running.kill('SIGKILL')
    await ended
    const newest = at('cut.run/checkpoint.safetensors')
    truncateSync(newest, Math.floor(readFileSync(newest).length / 2))
    const resumed = sluice([...args, '--resume'], folder)
    expect(resumed.stderr).toContain('damaged')
    expect(resumed.status).toBe(0)
    expect(bytesOf('cut.safetensors').equals(bytesOf('model.safetensors'))).toBe(true)
  })

  it('refuses to go on with other clips', async () => {
    await writeMotionClips(at('moving'), 8, { seed: 4 })
    const args = ['train', 'moving', ...options('moved.safetensors').slice(2)]
    const { running, ended } = await startedRun(args)
    running.kill('SIGINT')
    expect(await ended).toBe(130)
    copyFileSync(at('clips/test/left/0.webp'), at('moving/left/0.webp'))
    const resumed = sluice([...args, '--resume'], folder)
    expect(resumed.status).toBe(1)
    expect(resumed.stderr).toContain('clips')
  })

  it('keeps a second process from writing the same output', async () => {
    const args = options('shared.safetensors', 2000)
    const { running, ended } = await startedRun(args)
    const second = sluice([...args, '--resume'], folder)
    running.kill('SIGKILL')
    await ended
    expect(second.status).toBe(1)
    expect(second.stderr).toContain('another process is training')
  })
})

describe('clips as people have them', () => {
  it('skips files that cannot be read, counts and names them', async () => {
    await writeMotionClips(at('mixed'), 5)
    writeFileSync(at('mixed/left/broken.webp'), 'RIFF this is no picture')
    writeFileSync(at('mixed/right/notes.txt'), 'not a clip')
    const args = ['train', 'mixed', ...options('mixed.safetensors', 1).slice(2)]
    const { status, stderr } = sluice(args, folder)
    expect(stderr).toContain('skipped 2 entries')
    expect(stderr).toContain('broken.webp')
    expect(status).toBe(0)
  })
  it('says what is missing when there is one class only', async () => {
    await writeMotionClips(at('single'), 3, { classes: ['left'] })
    const args = ['train', 'single', ...options('single.safetensors', 1).slice(2)]
    const { status, stderr } = sluice(args, folder)
    expect(status).toBe(1)
    expect(stderr).toContain('one class alone')
  })
})
