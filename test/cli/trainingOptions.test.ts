import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSafetensors } from 'sluice/formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeMotionClips } from './motionClips.ts'
import { type ReadEvent, readEvents } from './readEvents.ts'
import { ending, jsonLines, sluice, startSluice } from './sluiceCommand.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const bytesOf = (name: string): Buffer => readFileSync(at(name))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-options-'))
  await writeMotionClips(at('clips/train'), 6, { seed: 1 })
  await writeMotionClips(at('clips/valid'), 3, { seed: 2 })
  await writeMotionClips(at('three'), 3, { seed: 3, classes: ['left', 'right', 'down'] })
  writeFileSync(at('network.json'), '{"type":"clipClassifier","width":4,"depth":[0]}')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

function args(output: string, ...more: string[]): string[] {
  return [
    ...['train', 'clips', '-o', output, '--model', 'network.json', '--cache', 'cache'],
    ...['--frames', '4', '--size', '8', '--batch', '4', '--threads', '1', '--json', '--quiet'],
    ...more,
  ]
}

const everything = [
  ...['--epochs', '12', '--optimizer', 'adam', '--beta1', '0.5', '--schedule', 'one-cycle'],
  ...['--accumulate', '2', '--ema', '0.9', '--class-weights', 'balanced', '--early-stop', '9'],
]

function eventsIn(name: string): ReadEvent[][] {
  return readdirSync(at(name))
    .sort()
    .map((file) => readEvents(join(at(name), file)))
}

describe('what cannot be trained', () => {
  it('is refused before a clip is decoded', () => {
    const refused = (output: string, ...more: string[]) => {
      const { status, stderr } = sluice(args(output, '--cache', 'untouched', ...more), folder)
      expect(status).toBe(2)
      expect(existsSync(at('untouched'))).toBe(false)
      return stderr
    }
    const weights = refused('no.safetensors', '--class-weights', '1,2,3')
    expect(weights).toMatch(/one weight per class\n {2}expected: 2: left, right\n {2}received: 3/)
    expect(refused('no.txt')).toMatch(/no\.txt[\s\S]*ends in \.safetensors/)
    expect(refused('no.run')).toMatch(/ends in \.safetensors/)
  })
})

describe('a run with averages, accumulated gradients, weights of classes and early stopping', () => {
  it('killed mid-way goes on to the same bytes, and refuses other options', async () => {
    const whole = sluice(args('whole.safetensors', ...everything, '--tensorboard', 'board'), folder)
    expect(whole.stderr).not.toContain('error')
    expect(whole.status).toBe(0)

    const killed = args('killed.safetensors', ...everything, '--checkpoint-every', '1')
    const running = startSluice([...killed, '--tensorboard', 'killedBoard'], folder)
    const ended = ending(running)
    await new Promise((resolve) => running.stdout?.once('data', resolve))
    running.kill('SIGKILL')
    await ended
    for (const other of [
      ['--ema', '0.8'],
      ['--accumulate', '3'],
      ['--class-weights', '1,2'],
      ['--early-stop', '2'],
      ['--schedule', 'cosine'],
      ['--freeze', '1'],
    ]) {
      const refused = sluice(['train', '-o', 'killed.safetensors', '--resume', ...other], folder)
      expect(refused.stderr).toContain(`${other[0]}: the run has`)
      expect(refused.status).toBe(2)
    }
    const resumed = sluice([...killed, '--resume'], folder)
    expect(resumed.stderr).not.toContain('error')
    expect(bytesOf('killed.safetensors').equals(bytesOf('whole.safetensors'))).toBe(true)

    const [events = []] = eventsIn('board')
    expect(events[0]).toMatchObject({ fileVersion: 'brain.Event:2', step: 0 })
    const records = jsonLines(readFileSync(at('whole.run/records.jsonl'), 'utf8'))
    const epochs = events.filter(({ scalars }) => scalars['loss/train'] !== undefined)
    expect(epochs.map(({ step }) => step)).toEqual(records.map(({ step }) => step))
    epochs.forEach(({ scalars }, i) => {
      expect(scalars['loss/validation']).toBeCloseTo(Number(records[i]?.validLoss), 5)
      expect(scalars['accuracy/train']).toBeCloseTo(Number(records[i]?.trainAccuracy), 6)
    })
    const steps = events.filter(({ scalars }) => scalars['loss/step'] !== undefined)
    const rates = events.flatMap(({ scalars: { learning_rate: rate } }) => rate ?? [])
    expect(rates.at(-1)).toBeCloseTo(Number(records.at(-1)?.learningRate), 9)
    expect(rates).toHaveLength(Number(records.at(-1)?.step))
    expect(new Set(steps.map(({ step }) => step)).size).toBe(steps.length)

    // The run remembers the folder; going on appends a file, which says from where on it counts.
    const [, second = []] = eventsIn('killedBoard')
    const start = second.find(({ sessionStart }) => sessionStart === true)
    expect(start?.step).toBeGreaterThan(1)
    const after = second.filter(({ scalars }) => scalars['loss/step'] !== undefined)
    expect(after.every(({ step }) => step >= (start?.step ?? 0))).toBe(true)
  }, 120_000)

  it('ends early when nothing becomes better', () => {
    const more = ['--epochs', '30', '--early-stop', '1', '--min-delta', '2', '--lr', '0.0001']
    const { status, stdout } = sluice(args('early.safetensors', ...more), folder)
    expect(status).toBe(0)
    const lines = jsonLines(stdout)
    expect(lines.find(({ type }) => type === 'stoppedEarly')).toEqual({
      type: 'stoppedEarly',
      epoch: 2,
    })
    const again = sluice(['train', '-o', 'early.safetensors', '--resume'], folder)
    expect(again.status).toBe(0)
  }, 60_000)
})

describe('a loss that becomes no number', () => {
  it('stops training with 3, keeps the last good checkpoint, and says how to go on', () => {
    const huge = [
      '--epochs',
      '6',
      '--optimizer',
      'sgd',
      '--lr',
      '1e30',
      '--clip-norm',
      '0',
      '--warmup',
      '5',
    ]
    const diverged = sluice(args('huge.safetensors', ...huge, '--checkpoint-every', '1'), folder)
    expect(diverged.status).toBe(3)
    expect(diverged.stderr).toMatch(/error: training stopped/)
    expect(existsSync(at('huge.safetensors'))).toBe(false)
    const [line] = jsonLines(diverged.stdout).slice(-1)
    expect(line).toMatchObject({ type: 'diverged' })

    // The rate at which a run was started is part of it.
    const other = sluice(['train', '-o', 'huge.safetensors', '--resume', '--lr', '0.01'], folder)
    expect(other.status).toBe(2)
    const sane = sluice(
      args('sane.safetensors', '--epochs', '2', '--checkpoint-every', '1'),
      folder,
    )
    expect(sane.status).toBe(0)
  }, 60_000)

  it('leaves weights to begin with again', () => {
    // Small steps first, so that there are good checkpoints; then the rate explodes.
    const explodes = ['--schedule', 'multi-step', '--milestones', '4', '--gamma', '1e36']
    const late = ['--epochs', '8', '--optimizer', 'sgd', '--lr', '0.001', '--warmup', '0']
    const diverged = sluice(
      args('late.safetensors', ...late, ...explodes, '--checkpoint-every', '1'),
      folder,
    )
    expect(diverged.status).toBe(3)
    const checkpoint = 'late.run/checkpoint.previous.safetensors'
    expect(diverged.stderr).toContain(`--from ${checkpoint} --lr 0.0001`)
    const [line] = jsonLines(diverged.stdout).slice(-1)
    expect(line).toMatchObject({ type: 'diverged', checkpoint: at(checkpoint) })
    const from = ['--from', checkpoint, '--lr', '0.001', '--epochs', '1']
    const clips = ['train', 'clips', '-o', 'saved.safetensors', '--cache', 'cache', '--batch', '4']
    const saved = sluice([...clips, ...from, '--quiet'], folder)
    expect(saved.stderr).toBe('')
    expect(saved.status).toBe(0)
  }, 60_000)
})

describe('fine-tuning', () => {
  const tune = (output: string, clips: string, ...more: string[]) => [
    ...['train', clips, '-o', output, '--from', 'base.safetensors', '--cache', 'cache'],
    ...['--batch', '4', '--epochs', '3', '--threads', '1', ...more],
  ]
  const tensor = (name: string, file: string) =>
    readSafetensors(bytesOf(file), file).tensors.get(name)

  it('begins with the weights of a model, has a new head for other classes, and leaves blocks alone', () => {
    expect(sluice(args('base.safetensors', '--epochs', '2'), folder).status).toBe(0)
    const { status, stdout, stderr } = sluice(
      tune('tuned.safetensors', 'three', '--freeze', '1'),
      folder,
    )
    expect(stderr).not.toContain('error')
    expect(status).toBe(0)
    expect(stdout).toContain('but for its head')
    const [inspected] = jsonLines(sluice(['inspect', 'tuned.safetensors', '--json'], folder).stdout)
    expect(inspected).toMatchObject({
      classes: ['down', 'left', 'right'],
      preprocessing: { frames: 4, size: 8 },
    })
    for (const name of ['stem.conv.feature.weight', 'stem.norm.weight', 'stem.norm.running_mean']) {
      expect(tensor(name, 'tuned.safetensors'), name).toEqual(tensor(name, 'base.safetensors'))
    }
    const changed = 'stage1.down.conv.feature.weight'
    expect(tensor(changed, 'tuned.safetensors')).not.toEqual(tensor(changed, 'base.safetensors'))
    expect(tensor('head.weight', 'tuned.safetensors')?.shape[0]).toBe(3)
  }, 60_000)

  it('goes on to the same bytes, also when it was killed before its first checkpoint', async () => {
    const killed = tune('again.safetensors', 'three', '--freeze', '1')
    const running = startSluice(killed, folder)
    const ended = ending(running)
    while (!existsSync(at('again.run/run.json')))
      await new Promise((resolve) => setTimeout(resolve, 5))
    running.kill('SIGKILL')
    await ended
    const resumed = sluice(
      ['train', '-o', 'again.safetensors', '--resume', '--cache', 'cache'],
      folder,
    )
    expect(resumed.status).toBe(0)
    expect(bytesOf('again.safetensors').equals(bytesOf('tuned.safetensors'))).toBe(true)
  }, 60_000)

  it('refuses another network, too many frozen blocks, and files that are none', () => {
    const refused = (...more: string[]) => sluice(tune('no.safetensors', 'three', ...more), folder)
    expect(refused('--model', 'tiny')).toMatchObject({ status: 2 })
    const frozen = refused('--freeze', '9')
    expect(frozen.stderr).toMatch(/so many blocks[\s\S]*stem, stage1, head/)
    const random = sluice(['train', 'three', '-o', 'no.safetensors', '--freeze', '1'], folder)
    expect(random.stderr).toMatch(/random weights[\s\S]*--from/)
    expect(random.status).toBe(2)
    writeFileSync(at('text.safetensors'), 'hello')
    const text = sluice(
      ['train', 'three', '-o', 'no.safetensors', '--from', 'text.safetensors'],
      folder,
    )
    expect(text.stderr).toContain('text.safetensors')
    expect(text.status).toBe(1)
  })
})
