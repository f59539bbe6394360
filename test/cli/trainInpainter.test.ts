import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import {
  readModelFile,
  tensor,
  writeModelFile,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { readEvents } from './readEvents.ts'
import { ending, jsonLines, sluice, startSluice } from './sluiceCommand.ts'

const KILLS = 8
const seed = Number(process.env.SLUICE_KILL_SEED ?? Date.now() % 2 ** 32)

let folder = ''
const at = (name: string): string => join(folder, name)

/** Slopes and a disc: pictures with edges, of different sizes. */
async function writePhoto(path: string, index: number): Promise<void> {
  const [width, height] = [40 + 3 * index, 48 - 2 * index]
  const data = Buffer.alloc(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const inside = Math.hypot(x - 15 - index, y - 20) < 9
    data.set([inside ? 220 : 4 * x, inside ? 30 : 4 * y, 30 * index], 3 * i)
  }
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-inpainter-'))
  mkdirSync(at('photos/below/deep'), { recursive: true })
  for (let i = 0; i < 5; i++) await writePhoto(at(`photos/below/photo${i}.png`), i)
  await writePhoto(at('photos/below/deep/photo5.png'), 5)
})
afterAll(() => rmSync(folder, { recursive: true }))

const small = [
  ...['--crop', '16', '--valid-size', '32', '--batch', '2', '--channels', '4'],
  ...['--steps', '12', '--valid-every', '5', '--workers', '1'],
]
const train = (output: string, ...more: string[]): string[] => [
  ...['train-inpainter', 'photos', '-o', output, ...small, '--json', ...more],
]
const against = ['--adversarial', '0.05', '--discriminator-width', '2']

describe('sluice train-inpainter', () => {
  it('writes a model, records, previews and events; what cannot be used is said', () => {
    writeFileSync(at('photos/notes.txt'), 'no photo')
    writeFileSync(at('photos/broken.jpg'), 'no JPEG')
    writeFileSync(at('photos/twice.png'), readFileSync(at('photos/below/photo1.png')))
    const { status, stdout, stderr } = sluice(train('a.safetensors', '--tensorboard', 'tb'), folder)
    expect(stderr).toMatch(/skipped 2 entries[\s\S]*broken\.jpg/)
    expect(stderr).toMatch(/photo1\.png: the same picture as|twice\.png: the same picture as/)
    expect(stderr).not.toContain('notes.txt')
    expect(status).toBe(0)
    const lines = jsonLines(stdout)
    expect(lines.map(({ type, step }) => [type, step])).toEqual([
      ['epoch', 5],
      ['epoch', 10],
      ['epoch', 12],
      ['finished', undefined],
    ])
    expect(lines[0]).toMatchObject({
      validPsnr: expect.any(Number),
      terms: { hole: expect.any(Number) },
    })
    expect(readdirSync(at('a.run/previews'))).toEqual(
      [5, 10, 12].map((step) => `step-${String(step).padStart(6, '0')}.png`),
    )
    const { metadata } = readSafetensors(readFileSync(at('a.safetensors')), 'a')
    expect(JSON.parse(metadata['sluice.model'] ?? '')).toMatchObject({ type: 'inpainter' })
    expect(JSON.parse(metadata['sluice.training'] ?? '').photos).toMatchObject({
      train: 5,
      valid: 1,
    })
    expect(readdirSync(at('a.run')).filter((name) => name.includes('checkpoint'))).toEqual([])
    const events = readdirSync(at('tb')).flatMap((name) => readEvents(at(`tb/${name}`)))
    expect(JSON.stringify(events)).toContain('psnr/validation')
    expect(JSON.stringify(events)).toContain('loss/step/hole')
    for (const name of ['notes.txt', 'broken.jpg', 'twice.png']) rmSync(at(`photos/${name}`))
  })

  it('gives one result whatever the threads, and another for another seed', () => {
    const bits = (name: string, ...more: string[]): Buffer => {
      expect(sluice(train(`${name}.safetensors`, ...against, ...more), folder).status).toBe(0)
      return readFileSync(at(`${name}.safetensors`))
    }
    const one = bits('one', '--threads', '1')
    expect(bits('two', '--threads', '2', '--workers', '0', '--memory', '0').equals(one)).toBe(true)
    expect(bits('three', '--seed', '1').equals(one)).toBe(false)
  })

  it('validates by valid/ and leaves test/ alone', () => {
    for (const part of ['train', 'valid', 'test'])
      mkdirSync(at(`parts/${part}`), { recursive: true })
    const copy = (from: number, to: string) =>
      writeFileSync(at(`parts/${to}`), readFileSync(at(`photos/below/photo${from}.png`)))
    copy(0, 'train/a.png')
    copy(1, 'train/b.png')
    copy(2, 'valid/c.png')
    copy(3, 'test/d.png')
    const args = train('p.safetensors').map((arg) => (arg === 'photos' ? 'parts' : arg))
    const { stderr, status } = sluice(args, folder)
    expect(status).toBe(0)
    expect(stderr).toContain('on 2 photos, validating on 1')
    expect(stderr).toMatch(/to be beaten: harmonic filling has a hole PSNR of \d+\.\d\d dB there/)
  })

  it('compares by a ResNet-34, and writes half weights', () => {
    const options = ['--perceptual', '--half', '--crop', '32', '--loss', 'smooth-relative-l1']
    const { status, stdout } = sluice(train('seen.safetensors', ...options), folder)
    expect(status).toBe(0)
    expect(jsonLines(stdout)[0]).toMatchObject({ terms: { perceptual: expect.any(Number) } })
    const { tensors } = readSafetensors(readFileSync(at('seen.safetensors')), 'seen')
    expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['float16']))
  })

  it('begins with the weights of another, and says what does not fit', () => {
    expect(sluice(train('base.safetensors'), folder).status).toBe(0)
    const from = ['--from', 'base.safetensors']
    const plain = train('next.safetensors', ...from).filter(
      (arg) => arg !== '--channels' && arg !== '4',
    )
    const { stderr, status } = sluice(plain, folder)
    expect(stderr).toContain('beginning with the weights of base.safetensors')
    expect(status).toBe(0)
    const both = sluice(train('x.safetensors', ...from, '--network', 'deepFillV2'), folder)
    expect(both.status).not.toBe(0)
    expect(both.stderr).toContain('--network would be ignored')
  })

  it('warns of a gate that is shut for good', () => {
    expect(sluice(train('opened.safetensors'), folder).status).toBe(0)
    const file = readModelFile(readFileSync(at('opened.safetensors')))
    const { shape } = file.weights.get('body.first.gate.bias') ?? { shape: [4] }
    const bias = tensor(shape, new Float32Array(4).fill(-60))
    const weights = new Map([...file.weights, ['body.first.gate.bias', bias]])
    writeFileSync(at('shut.safetensors'), writeModelFile({ ...file, weights }))
    const again = train('shut-still.safetensors', '--from', 'shut.safetensors').filter(
      (arg) => arg !== '--channels' && arg !== '4',
    )
    const { stderr, status } = sluice(again, folder)
    expect(status).toBe(0)
    expect(stderr.match(/warning: the gate of \S+ lets nothing through/g)).toEqual([
      'warning: the gate of body.first lets nothing through',
    ])
  })

  it.each([
    [['--crop', '15'], /a multiple of 2/],
    [['--hole', '0.5,0.2'], /no such holes/],
    [['--views', '0.5,2'], /no such views/],
    [['--crop', '64'], /no photo to train on[\s\S]*crops have 64×64/],
    [['--discriminator-width', '4'], /would be ignored[\s\S]*--adversarial/],
    [['--schedule', 'steep'], /--schedule does not know/],
  ])('refuses %j', (options, message) => {
    const { status, stderr } = sluice(train('no.safetensors', ...options), folder)
    expect(stderr).toMatch(message)
    expect(status).not.toBe(0)
    expect(existsSync(at('no.safetensors'))).toBe(false)
  })

  it('refuses a network that looks at what the hole hides', () => {
    const conv = {
      ...{ type: 'conv2d', inChannels: 4, outChannels: 3, kernelSize: [3, 3], stride: [1, 1] },
      ...{ padding: [1, 1], dilation: [1, 1], groups: 1, bias: true },
    }
    const leaky = { type: 'inpainter', multipleOf: 1, receptiveField: 3, body: conv }
    writeFileSync(at('leaky.json'), JSON.stringify(leaky))
    const args = train('leaky.safetensors', '--network', 'leaky.json')
    const { stderr } = sluice(
      args.filter((arg) => arg !== '--channels' && arg !== '4'),
      folder,
    )
    expect(stderr).toMatch(/looks at what the hole is to hide/)
  })
})

describe('what is said of a run', () => {
  const copyOf = (name: string, ...photos: number[]) => {
    mkdirSync(at(name))
    for (const i of photos) {
      writeFileSync(at(`${name}/${i}.png`), readFileSync(at(`photos/below/photo${i}.png`)))
    }
  }
  const of = (photos: string, ...args: string[]) =>
    sluice(
      args.map((arg) => (arg === 'photos' ? photos : arg)),
      folder,
    )

  it('names previews only where there are any, and a replaced run once it is', () => {
    copyOf('single', 0)
    const first = of('single', ...train('single.safetensors'))
    expect(first.status).toBe(0)
    expect(first.stderr).toContain('records:')
    expect(first.stderr).not.toContain('previews')
    const records = readFileSync(at('single.run/records.jsonl'), 'utf8')
    const failed = of('single', ...train('single.safetensors', '--crop', '64'))
    expect(failed.status).toBe(1)
    expect(failed.stderr).not.toContain('replacing')
    expect(readFileSync(at('single.run/records.jsonl'), 'utf8')).toBe(records)
    const again = of('single', ...train('single.safetensors', '--seed', '1'))
    expect(again.status).toBe(0)
    expect(again.stderr).toContain('replacing the finished run in single.run')
    expect(readFileSync(at('single.run/records.jsonl'), 'utf8')).not.toBe(records)
  }, 60_000)

  it('is that photos changed, where it cannot go on for that', async () => {
    copyOf('changing', 0, 1, 2)
    const args = train('changing.safetensors', '--steps', '3000')
    const running = startSluice(
      args.map((arg) => (arg === 'photos' ? 'changing' : arg)),
      folder,
    )
    const ended = ending(running)
    await new Promise((resolve) => running.stdout?.once('data', resolve))
    running.kill('SIGINT')
    expect(await ended).toBe(130)
    rmSync(at('changing/0.png'))
    const { status, stderr } = of('changing', ...args.slice(0, 1), ...args.slice(2, 4), '--resume')
    expect(status).toBe(1)
    expect(stderr).toMatch(/changing: the photos are not those that the run began with/)
    expect(stderr).not.toMatch(/options of the first start/)
  }, 60_000)

  it('is the whole command, when the loss is no number', () => {
    copyOf('steep photos', 0, 1)
    const steep = ['--learning-rate', '1e30', '--clip-norm', '0', '--warmup', '0', '--hole=0.1,0.3']
    const { status, stderr } = of('steep photos', ...train('steep.safetensors', ...steep))
    expect(status).toBe(3)
    expect(stderr).toMatch(
      /sluice train-inpainter 'steep photos' --crop 16 .*--clip-norm 0 --warmup 0 --hole=0.1,0.3 .*--learning-rate 1e\+29\n/,
    )
    expect(stderr).not.toMatch(/1e30/)
  }, 60_000)

  it('reaches nobody, and the run is finished all the same', async () => {
    const running = startSluice(train('unread.safetensors'), folder)
    const ended = ending(running)
    await new Promise((resolve) => running.stdout?.once('data', resolve))
    running.stdout?.destroy()
    expect(await ended).toBe(0)
    expect(existsSync(at('unread.safetensors'))).toBe(true)
  }, 60_000)
})

it('stops on Ctrl-C with a checkpoint, and refuses to go on with other options', async () => {
  const running = startSluice(train('stopped.safetensors', '--steps', '3000'), folder)
  const ended = ending(running)
  await new Promise((resolve) => running.stdout?.once('data', resolve))
  running.kill('SIGINT')
  expect(await ended).toBe(130)
  const again = (...more: string[]) =>
    sluice(['train-inpainter', '-o', 'stopped.safetensors', '--resume', ...more], folder).stderr
  expect(again('--crop', '32')).toMatch(/--crop: the run has 16, given 32/)
  expect(sluice(train('stopped.safetensors'), folder).stderr).toMatch(
    /unfinished run is in the way/,
  )
  const other = sluice(['train', '-o', 'stopped.safetensors', '--resume'], folder).stderr
  expect(other).toMatch(/of another command/)
}, 60_000)

it(`kill -9 at ${KILLS} random moments costs nothing (SLUICE_KILL_SEED=${seed})`, async () => {
  const args = (output: string) =>
    train(output, ...against, '--checkpoint-every', '2', '--quiet', '--steps', '60', '--half')
  expect(sluice(args('whole.safetensors'), folder).status).toBe(0)
  const whole = readFileSync(at('whole.safetensors'))
  const random = new Random(seed, 'kills')
  let resumed = 0
  for (let kills = 0; kills < KILLS; kills++) {
    const running = startSluice([...args('killed.safetensors'), '--resume'], folder)
    const ended = ending(running)
    const training = new Promise((resolve) => {
      running.stdout?.on('data', (text: Buffer) => {
        if (String(text).includes('"resumed"')) resumed++
        resolve(undefined)
      })
    })
    await Promise.race([ended, training])
    await Promise.race([ended, new Promise((done) => setTimeout(done, random.uniform(0, 150)))])
    running.kill('SIGKILL')
    await ended
  }
  // Nothing needs to be said again.
  const bare = ['train-inpainter', '-o', 'killed.safetensors', '--resume']
  expect(sluice(bare, folder).status).toBe(0)
  expect(readFileSync(at('killed.safetensors')).equals(whole)).toBe(true)
  const records = (run: string) => readFileSync(at(`${run}.run/records.jsonl`), 'utf8')
  expect(records('killed')).toBe(records('whole'))
  expect(resumed).toBeGreaterThan(0)
}, 300_000)
