import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellFormed } from '../../apps/cli/src/report/wellFormed.test.support.ts'
import { preprocessing } from '../../packages/sluice/src/entrypoints/data.ts'
import { writeSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import {
  clipClassifier,
  compile,
  gatedConv3d,
  globalAveragePool,
  linear,
  readWeights,
  reference,
  sequential,
  writeModelFile,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { jsonLines, sluice } from './sluiceCommand.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/actions/test/', import.meta.url))
/** A name that would be markup, were it not escaped. */
const CLIPS = 'my <script>alert(1)<∕script> & "clips"'

let folder = ''
let classes: string[] = []
let clip = ''

/** An untrained network for the eight actions, and two clips of each. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-reports-'))
  classes = readdirSync(fixtures)
  for (const name of classes) {
    const target = join(folder, CLIPS, 'test', name)
    mkdirSync(target, { recursive: true })
    for (const file of readdirSync(join(fixtures, name)).slice(0, 2)) {
      cpSync(join(fixtures, name, file), join(target, file))
      clip = join(CLIPS, 'test', name, file)
    }
  }
  const model = clipClassifier({ classes: classes.length, preset: 'tiny' })
  using session = compile(model, { device: reference(), input: [1, 3, 8, 24, 24], seed: 5 })
  const view = preprocessing({ frames: 8, fps: 10, size: 24 })
  const file = { model, weights: readWeights(session), classes, preprocessing: view }
  writeFileSync(join(folder, 'model.safetensors'), writeModelFile(file))
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => sluice(args, folder)
const pageAt = (name: string): string => readFileSync(join(folder, name), 'utf8')

describe('evaluate --html', () => {
  it('writes one whole page beside what it prints, with frames of the worst mistakes', () => {
    const { status, stdout, stderr } = run(
      ...['evaluate', 'model.safetensors', CLIPS, '--html', 'report.html', '--json', '--no-cache'],
    )
    expect(stderr).toContain('report:  report.html')
    expect(status).toBe(0)
    const [report] = jsonLines(stdout)
    const { elements, text } = wellFormed(pageAt('report.html'))
    const mistakes = Math.round(16 * (1 - Number(report?.top1)))
    const images = elements.filter(({ name }) => name === 'img')
    expect(images.length).toBe(mistakes)
    expect(elements.some(({ name }) => name === 'script')).toBe(false)
    expect(text).toContain(`&#39;my &lt;script&gt;`)
    for (const name of classes) expect(text).toContain(name)
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  })
  it('replaces no model, and says before any work where it cannot write', () => {
    const onto = (path: string) => run('evaluate', 'model.safetensors', CLIPS, '--html', path)
    expect(onto('model.safetensors')).toMatchObject({ status: 2 })
    const { status, stderr } = onto('nowhere/report.html')
    expect(stderr).toMatch(/mkdir -p/)
    expect(status).toBe(1)
  })
})

describe('inspect --gates', () => {
  it('draws every gated layer as a page and as a sheet, and sums it up', async () => {
    const { status, stdout } = run(
      ...['inspect', 'model.safetensors', '--gates', clip, '-o', 'g.html', '-o', 'g.png', '--json'],
    )
    expect(status).toBe(0)
    const [{ layers } = {}] = jsonLines(stdout) as { layers?: Record<string, unknown>[] }[]
    expect(layers?.map(({ path }) => path)).toEqual([
      'stem.conv',
      'stage1.down.conv',
      'stage2.down.conv',
    ])
    for (const { mean, closed, open, activation } of layers ?? []) {
      expect(activation).toBe('sigmoid')
      for (const part of [mean, closed, open].map(Number)) {
        expect(part).toBeGreaterThanOrEqual(0)
        expect(part).toBeLessThanOrEqual(1)
      }
    }
    const { elements } = wellFormed(pageAt('g.html'))
    expect(elements.filter(({ name }) => name === 'article')).toHaveLength(3)
    // The frames once, then heat, frames through the gates and channels of each layer.
    expect(elements.filter(({ name }) => name === 'img')).toHaveLength(1 + 3 * 3)
    const { format, width, height } = await sharp(join(folder, 'g.png')).metadata()
    expect(format).toBe('png')
    expect(width).toBeGreaterThan(900)
    expect(height).toBeGreaterThan(900)
  })
  it('prints a line per layer for people', () => {
    const { stdout } = run('inspect', 'model.safetensors', '--gates', clip)
    expect(stdout).toMatch(/layer +gate +mean +closed < 0\.1 +open > 0\.9/)
    expect(stdout).toMatch(/stage2\.down\.conv +sigmoid +0\.\d+/)
  })
})

describe('inspect --cam', () => {
  it('says and draws where the network looked', async () => {
    const { status, stdout } = run(
      ...['inspect', 'model.safetensors', '--cam', clip, '--class', 'run'],
      ...['-o', 'c.png', '-o', 'c.html', '--json'],
    )
    expect(status).toBe(0)
    const [answer = {}] = jsonLines(stdout)
    expect(answer).toMatchObject({ class: 'run', layer: 'stage2.down.act', mapShape: [2, 3, 3] })
    const shares = (answer.frames as { share: number }[]).map(({ share }) => share)
    expect(shares).toHaveLength(8)
    const total = shares.reduce((sum, share) => sum + share, 0)
    expect([0, 1]).toContain(Math.round(total * 1e6) / 1e6)
    wellFormed(pageAt('c.html'))
    expect((await sharp(join(folder, 'c.png')).metadata()).format).toBe('png')
  })
})

describe('a sequence that is an array', () => {
  it('is drawn as channels by steps', () => {
    const model = sequential({
      conv: gatedConv3d(2, 4, { kernelSize: [3, 1, 1], padding: 'same', stride: [2, 1, 1] }),
      pool: globalAveragePool(),
      head: linear(2),
    })
    using session = compile(model, { device: reference(), input: [1, 2, 40, 1, 1], seed: 2 })
    const view = {
      ...{ kind: 'tensor', channels: 2, frames: 40, height: 1, width: 1 },
      ...{ mean: [0, 0], std: [1, 1] },
    }
    const weights = readWeights(session)
    const file = { model, weights, classes: ['low', 'high'], preprocessing: view }
    writeFileSync(join(folder, 'sensor.safetensors'), writeModelFile(file))
    const wave = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i / 4))
    const clips = new Map([['wave', { dtype: 'float32', shape: [2, 50], data: wave } as const]])
    writeFileSync(join(folder, 'wave.safetensors'), writeSafetensors(clips))

    const gates = run(
      'inspect',
      'sensor.safetensors',
      '--gates',
      'wave.safetensors',
      '-o',
      's.html',
    )
    expect(gates.stderr).toBe('')
    expect(gates.stdout).toContain('40 frames of wave.safetensors, from step 5 to step 44')
    const { text } = wellFormed(pageAt('s.html'))
    expect(text).toContain('channels down, frames across')

    const asked = ['--cam', 'wave.safetensors', '--class', 'high', '-o', 's.png', '--json']
    const cam = run('inspect', 'sensor.safetensors', ...asked)
    const [answer = {}] = jsonLines(cam.stdout)
    expect(answer).toMatchObject({ mapShape: [20, 1, 1] })
    expect(answer.frames).toHaveLength(32)
  })
})

describe('dataset', () => {
  it('says what is there and finds no leakage', async () => {
    const { status, stdout } = run('dataset', CLIPS, '--sheet', 'd.html', '--no-cache', '--json')
    expect(status).toBe(0)
    const [summary = {}] = jsonLines(stdout)
    expect(summary).toMatchObject({ clips: 16, splits: ['test'], leaks: [], unreadable: [] })
    const { elements } = wellFormed(pageAt('d.html'))
    expect(elements.filter(({ name }) => name === 'img')).toHaveLength(classes.length)
  })
  it('fails on leakage when it is to be strict, and draws a sheet all the same', async () => {
    for (const split of ['train', 'test']) {
      const target = join(folder, 'leaking', split, 'run')
      mkdirSync(target, { recursive: true })
      cpSync(join(folder, clip), join(target, `${split}.webp`))
    }
    const loose = run('dataset', 'leaking', '--no-cache')
    expect(loose.status).toBe(0)
    expect(loose.stdout).toMatch(/Leakage between splits: 1[\s\S]*train\/run\/train\.webp/)
    const strict = run('dataset', 'leaking', '--no-cache', '--strict', '--sheet', 'leaks.png')
    expect(strict.status).toBe(1)
    expect((await sharp(join(folder, 'leaks.png')).metadata()).format).toBe('png')
  })
})

describe('looking inside', () => {
  const inspect = (...args: string[]) => run('inspect', 'model.safetensors', ...args)
  const cases: readonly (readonly [string, () => readonly string[], RegExp, number])[] = [
    ['both views at once', () => ['--gates', clip, '--cam', clip], /one at a time/, 2],
    [
      'an output without a clip',
      () => ['-o', 'x.png'],
      /needs something to look at[\s\S]*--cam <clip>/,
      2,
    ],
    ['another kind of output', () => ['--cam', clip, '-o', 'x.jpg'], /\.html or \.png/, 2],
    ['a class that is not there', () => ['--cam', clip, '--class', 'fly'], /block, cast, die/, 2],
    [
      'a layer that is not there',
      () => ['--cam', clip, '--layer', 'stem9'],
      /stage2\.down\.act/,
      2,
    ],
    ['a second behind the end', () => ['--cam', clip, '--at', '99'], /a moment from 0 to 0\.8/, 2],
    ['a clip that is not there', () => ['--gates', 'none.mp4'], /none\.mp4: no such clip/, 1],
    ['an output over the clip', () => ['--gates', clip, '-o', clip], /neither a page/, 2],
  ]
  it.each(cases)('refuses %s', (_, args, message, code) => {
    const { status, stderr } = inspect(...args())
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(status).toBe(code)
  })
})
