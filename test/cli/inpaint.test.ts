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
import sharp from 'sharp'
import { compileGraph, readWeights, reference, writeModelFile } from 'sluice'
import { inpaintingGraph } from 'sluice/inpainting'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { ending, jsonLines, type Outcome, sluice, startSluice } from './sluiceCommand.ts'
import { tinyInpainter } from './tinyInpainter.ts'

/** What prepares tests takes its time on a busy machine. */
const SLOW = 120_000

let folder = ''
const at = (...names: string[]): string => join(folder, ...names)
const fill = (...args: string[]): Outcome =>
  sluice(['inpaint', ...args, '--model', 'model.safetensors', '--threads', '1'], folder)

/** Random colours: nothing comes out right by chance. */
function noise(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3, seed = 1) {
  const random = new Random(seed, 'noise')
  const pixels = Uint8Array.from({ length: width * height * channels }, () => random.integer(256))
  return sharp(pixels, { raw: { width, height, channels } }).toColourspace(
    channels < 3 ? 'b-w' : 'srgb',
  )
}

/** A white box on black. */
function boxMask(
  width: number,
  height: number,
  box: readonly [x: number, y: number, side: number],
) {
  const [left, top, side] = box
  const pixels = new Uint8Array(width * height)
  for (let y = top; y < top + side; y++) pixels.fill(255, y * width + left, y * width + left + side)
  return sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
}

/** How many samples of two pictures differ outside a box. */
async function changedOutside(
  before: string,
  after: string,
  box: readonly [number, number, number],
) {
  const [a, b] = await Promise.all(
    [before, after].map((path) => sharp(at(path)).raw().toBuffer({ resolveWithObject: true })),
  )
  if (a === undefined || b === undefined) throw new Error('two pictures')
  expect(b.info).toMatchObject({
    width: a.info.width,
    height: a.info.height,
    channels: a.info.channels,
  })
  const { width, channels } = a.info
  const [left, top, side] = box
  let outside = 0
  let inside = 0
  for (let i = 0; i < a.data.length; i++) {
    if (a.data[i] === b.data[i]) continue
    const pixel = Math.floor(i / channels)
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    if (x >= left && x < left + side && y >= top && y < top + side) inside++
    else outside++
  }
  return { outside, inside }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-inpaint-'))
  const graph = inpaintingGraph(tinyInpainter, { batch: 1, height: 16, width: 16 })
  using session = compileGraph(graph, { device: reference(), seed: 5 })
  const file = { model: tinyInpainter, weights: readWeights(session), classes: [] }
  writeFileSync(at('model.safetensors'), writeModelFile(file))
  await noise(60, 44).png().toFile(at('photo.png'))
  await noise(60, 44).jpeg({ quality: 83 }).toFile(at('photo.jpg'))
  await boxMask(60, 44, [20, 10, 12]).png().toFile(at('mask.png'))
}, SLOW)
afterAll(() => rmSync(folder, { recursive: true }))

describe('one photo', () => {
  it('is filled inside its mask, and is itself outside', async () => {
    const { status, stdout, stderr } = fill('photo.png', 'mask.png', '-o', 'filled.png')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      /photo\.png: 60 × 44, hole 5\.5 %; original: the whole picture[\s\S]*filled\.png: /,
    )
    const { outside, inside } = await changedOutside('photo.png', 'filled.png', [20, 10, 12])
    expect(outside).toBe(0)
    expect(inside).toBeGreaterThan(400)
  })

  it('of JPEG may become PNG without loss, and JPEG at its quality, which is said', async () => {
    expect(fill('photo.jpg', 'mask.png', '-o', 'of-jpeg.png').status).toBe(0)
    expect(await changedOutside('photo.jpg', 'of-jpeg.png', [20, 10, 12])).toMatchObject({
      outside: 0,
    })
    const { stdout } = fill('photo.jpg', 'mask.png', '-o', 'of-jpeg.jpg')
    expect(stdout).toMatch(/compressed anew as JPEG at quality 83 \(the source's, estimated\)/)
  })

  it('keeps its orientation, and masks are as it is displayed', async () => {
    await noise(60, 44).withMetadata({ orientation: 6 }).png().toFile(at('turned.png'))
    await boxMask(44, 60, [5, 7, 10]).png().toFile(at('upright.png'))
    const { status } = fill('turned.png', 'upright.png', '-o', 'turned-filled.png')
    expect(status).toBe(0)
    expect((await sharp(at('turned-filled.png')).metadata()).orientation).toBe(6)
    for (const name of ['turned', 'turned-filled']) {
      await sharp(at(`${name}.png`))
        .autoOrient()
        .png()
        .toFile(at(`${name}-shown.png`))
    }
    const box = [5, 7, 10] as const
    expect(await changedOutside('turned-shown.png', 'turned-filled-shown.png', box)).toMatchObject({
      outside: 0,
    })
    const { status: refused, stderr } = fill('turned.png', 'mask.png', '-o', 'never.png')
    expect(refused).toBe(1)
    expect(stderr).toMatch(/turn the mask by a quarter/)
  })

  it('is filled where words say, and one JSON object tells about it', async () => {
    const shapes = ['--rect', '2,3,10,10', '--polygon', '30,20', '40,20', '35,30']
    const { status, stdout, stderr } = fill('photo.png', ...shapes, '-o', 'drawn.png', '--json')
    expect(status).toBe(0)
    expect(stderr).not.toMatch(/warning|error/)
    const [line] = jsonLines(stdout)
    expect(line).toMatchObject({
      ...{ photo: 'photo.png', output: 'drawn.png', width: 60, height: 44 },
      ...{ strategy: 'original', steps: 1, notes: [] },
      hole: { pixels: 150, share: 150 / 2640 },
    })
    expect(line?.networkBytes).toBeGreaterThan(1000)
    const quoted = fill(
      'photo.png',
      '--rect',
      '2,3,10,10',
      '--polygon=30,20 40,20 35,30',
      '-o',
      'q.png',
    )
    expect(quoted.status).toBe(0)
    expect(readFileSync(at('q.png')).equals(readFileSync(at('drawn.png')))).toBe(true)
  })

  it('is filled alike by every strategy and any number of threads', () => {
    const outputs = [
      ['--strategy', 'crop'],
      ['--strategy', 'resize'],
      ['--strategy', 'original', '--max-memory', '1GB'],
    ].map((options, i) => {
      const output = `strategy${i}.png`
      expect(fill('photo.png', 'mask.png', ...options, '-o', output).status).toBe(0)
      return readFileSync(at(output))
    })
    const model = ['--model', 'model.safetensors', '--threads', '3']
    sluice(['inpaint', 'photo.png', 'mask.png', '-o', 'threads.png', ...model], folder)
    for (const file of [...outputs.slice(1), readFileSync(at('threads.png'))]) {
      expect(file.equals(outputs[0] ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('is copied when the mask is empty, and this is said', async () => {
    await boxMask(60, 44, [0, 0, 0]).png().toFile(at('empty.png'))
    const { status, stderr } = fill('photo.jpg', 'empty.png', '-o', 'copied.jpg')
    expect(status).toBe(0)
    expect(stderr).toMatch(/nothing to fill/)
    expect(readFileSync(at('copied.jpg')).equals(readFileSync(at('photo.jpg')))).toBe(true)
    expect(fill('photo.jpg', 'empty.png', '-o', 'copied.png').status).toBe(0)
    expect(await changedOutside('photo.jpg', 'copied.png', [0, 0, 0])).toEqual({
      outside: 0,
      inside: 0,
    })
  })

  it('takes a mask that is the wrong way round, and says so', async () => {
    const inverse = boxMask(60, 44, [20, 10, 12]).negate()
    await inverse.png().toFile(at('inverse.png'))
    const turned = fill('photo.png', 'inverse.png', '-o', 'turned-round.png')
    expect(turned).toMatchObject({ status: 0 })
    expect(turned.stderr).toMatch(/black is taken for the hole/)
    expect(await changedOutside('photo.png', 'turned-round.png', [20, 10, 12])).toMatchObject({
      outside: 0,
    })
    const asked = fill('photo.png', 'inverse.png', '-o', 'inverted.png', '--invert')
    expect(asked).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(at('inverted.png')).equals(readFileSync(at('turned-round.png')))).toBe(true)
    const kept = fill('photo.png', 'inverse.png', '-o', 'kept.png', '--no-detect', '--json')
    expect(jsonLines(kept.stdout)[0]).toMatchObject({ hole: { pixels: 2640 - 144, turned: false } })
  })

  it('takes a mask of half the size, and says so', async () => {
    await boxMask(30, 22, [10, 5, 6]).png().toFile(at('half.png'))
    const { status, stderr } = fill('photo.png', 'half.png', '-o', 'by-half.png')
    expect(status).toBe(0)
    expect(stderr).toMatch(/mask of 30 × 22 is scaled to 60 × 44/)
    expect(await changedOutside('photo.png', 'by-half.png', [20, 10, 12])).toMatchObject({
      outside: 0,
    })
  })

  it('replaces a file only when asked', () => {
    copyFileSync(at('photo.png'), at('precious.png'))
    for (const photo of ['precious.png', 'photo.png']) {
      const { status, stderr } = fill(photo, 'mask.png', '-o', 'precious.png')
      expect(status).toBe(2)
      expect(stderr).toMatch(/--overwrite/)
    }
    expect(readFileSync(at('precious.png')).equals(readFileSync(at('photo.png')))).toBe(true)
    expect(fill('precious.png', 'mask.png', '-o', 'precious.png', '--overwrite').status).toBe(0)
    expect(readFileSync(at('precious.png')).equals(readFileSync(at('photo.png')))).toBe(false)
  })
})

describe('what is wrong is said', () => {
  const wrong: [string, string[], number, RegExp][] = [
    ['no hole', ['photo.png', '-o', 'x.png'], 2, /nothing says where the hole is[\s\S]*--rect/],
    ['no such photo', ['none.png', 'mask.png', '-o', 'x.png'], 1, /none\.png: no such file/],
    [
      'an output of no format',
      ['photo.png', 'mask.png', '-o', 'x.bmp'],
      2,
      /\.png, \.jpg or \.webp/,
    ],
    ['a folder as output', ['photo.png', 'mask.png', '-o', '.'], 2, /the output is a folder/],
    ['an output in no folder', ['photo.png', 'mask.png', '-o', 'no/x.png'], 1, /mkdir/],
    [
      'a rectangle of three numbers',
      ['photo.png', '--rect', '1,2,3', '-o', 'x.png'],
      2,
      /x,y,width,height/,
    ],
    [
      'a rectangle beside the photo',
      ['photo.png', '--rect', '99,2,3,3', '-o', 'x.png'],
      1,
      /no pixel/,
    ],
    [
      'a polygon of two corners',
      ['photo.png', '--polygon', '1,1 2,2', '-o', 'x.png'],
      2,
      /three corners/,
    ],
    ['a full mask', ['photo.png', '--rect', '0,0,60,44', '-o', 'x.png'], 1, /whole picture/],
    [
      'too little memory',
      ['photo.png', 'mask.png', '-o', 'x.png', '--max-memory', '2MB'],
      1,
      /more memory/,
    ],
    [
      'a strategy that is none',
      ['photo.png', 'mask.png', '-o', 'x.png', '--strategy', 'big'],
      2,
      /crop/,
    ],
  ]
  it.each(wrong)('%s', (_name, args, status, message) => {
    const outcome = fill(...args)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.status).toBe(status)
    expect(existsSync(at('x.png'))).toBe(false)
  })

  it('of files that are damaged, and of networks that fill nothing', async () => {
    copyFileSync(at('photo.jpg'), at('torn.jpg'))
    truncateSync(at('torn.jpg'), readFileSync(at('photo.jpg')).length / 2)
    writeFileSync(at('zero.png'), '')
    for (const [photo, mask] of [
      ['torn.jpg', 'mask.png'],
      ['zero.png', 'mask.png'],
      ['photo.png', 'torn.jpg'],
      ['photo.png', 'zero.png'],
    ] as const) {
      const { status, stderr } = fill(photo, mask, '-o', 'x.png')
      expect(status).toBe(1)
      expect(stderr).toMatch(/error: (torn\.jpg|zero\.png): /)
    }
    expect(existsSync(at('x.png'))).toBe(false)
  })

  it('and what is converted: CMYK, animations, 16 bits', async () => {
    await noise(60, 44).toColourspace('cmyk').jpeg().toFile(at('cmyk.jpg'))
    expect(fill('cmyk.jpg', 'mask.png', '-o', 'cmyk.png').stderr).toMatch(/CMYK is converted to/)
    const frames = sharp(Buffer.alloc(60 * 88 * 4, 90), {
      raw: { width: 60, height: 88, channels: 4, pageHeight: 44 },
    })
    await frames.gif({ delay: [40, 40], keepDuplicateFrames: true }).toFile(at('moving.gif'))
    const moving = fill('moving.gif', 'mask.png', '-o', 'moving.png')
    expect(moving).toMatchObject({ status: 0 })
    expect(moving.stderr).toMatch(/of 2 frames the first is taken/)
  })
})

describe('a folder of photos', () => {
  const names = ['a.png', 'b.jpg', 'c.png']
  beforeAll(async () => {
    mkdirSync(at('photos'))
    mkdirSync(at('masks'))
    for (const [i, name] of names.entries()) await noise(60, 44, 3, i).toFile(at('photos', name))
    await boxMask(60, 44, [20, 10, 12]).png().toFile(at('masks', 'a_mask.png'))
    await boxMask(60, 44, [5, 5, 12]).png().toFile(at('masks', 'c.png'))
    await boxMask(60, 44, [30, 20, 12]).png().toFile(at('masks', 'b.png'))
  }, SLOW)

  it('with one mask, and again for what is missing', async () => {
    expect(fill('photos', 'mask.png', '-o', 'one').status).toBe(0)
    expect(readdirSync(at('one'))).toEqual(names)
    const whole = names.map((name) => readFileSync(at('one', name)))
    rmSync(at('one', 'b.jpg'))
    writeFileSync(at('one', '.b.jpg.999999999.partial'), 'half')
    const { stdout } = fill('photos', 'mask.png', '-o', 'one')
    expect(stdout).toMatch(/2 photos there already, 1 photo to go[\s\S]*1 photo filled/)
    expect(readdirSync(at('one'))).toEqual(names)
    for (const [i, name] of names.entries()) {
      expect(readFileSync(at('one', name)).equals(whole[i] ?? Buffer.alloc(0))).toBe(true)
    }
    expect(fill('photos', 'mask.png', '-o', 'one').stdout).toMatch(/nothing is left to do/)
  })

  it('with masks by their names', async () => {
    expect(fill('photos', 'masks', '-o', 'each').status).toBe(0)
    expect(await changedOutside('photos/a.png', 'each/a.png', [20, 10, 12])).toMatchObject({
      outside: 0,
    })
    expect(await changedOutside('photos/c.png', 'each/c.png', [5, 5, 12])).toMatchObject({
      outside: 0,
    })
    rmSync(at('masks', 'b.png'))
    const { status, stderr } = fill('photos', 'masks', '-o', 'some')
    expect(status).toBe(0)
    expect(stderr).toMatch(/1 photo without a mask, left out: b\.jpg/)
    expect(readdirSync(at('some'))).toEqual(['a.png', 'c.png'])
  })

  it('goes on behind a photo that cannot be read', () => {
    mkdirSync(at('mixed'))
    copyFileSync(at('photo.png'), at('mixed', 'a.png'))
    writeFileSync(at('mixed', 'b.png'), 'no picture')
    copyFileSync(at('photo.jpg'), at('mixed', 'c.jpg'))
    const { status, stderr, stdout } = fill('mixed', 'mask.png', '-o', 'mixed-out', '--json')
    expect(status).toBe(1)
    expect(stderr).toMatch(/b\.png is not filled/)
    expect(jsonLines(stdout).map(({ error }) => error === undefined)).toEqual([true, false, true])
    expect(readdirSync(at('mixed-out'))).toEqual(['a.png', 'c.jpg'])
  })

  it('is not written over itself', () => {
    const { status, stderr } = fill('photos', 'mask.png', '-o', 'photos')
    expect(status).toBe(2)
    expect(stderr).toMatch(/would replace the photos/)
  })
})

const seed = Number(process.env.SLUICE_KILL_SEED ?? Date.now() % 2 ** 32)

describe('a run that ends early', () => {
  beforeAll(async () => {
    mkdirSync(at('many'))
    for (let i = 0; i < 12; i++) {
      await noise(700, 500, 3, i)
        .png({ compressionLevel: 1 })
        .toFile(at('many', `${i}.png`))
    }
    await boxMask(700, 500, [200, 100, 90]).png().toFile(at('many-mask.png'))
    expect(fill('many', 'many-mask.png', '-o', 'undisturbed').status).toBe(0)
  }, SLOW)
  const start = (output: string) => {
    const args = ['many', 'many-mask.png', '-o', output, '--model', 'model.safetensors']
    return startSluice(['inpaint', ...args, '--threads', '1', '--json'], folder)
  }
  const outputs = (name: string) => readdirSync(at(name)).filter((file) => !file.startsWith('.'))

  it(`by kill -9 leaves whole files, and goes on (SLUICE_KILL_SEED=${seed})`, async () => {
    const random = new Random(seed, 'kills')
    for (let kills = 0; kills < 8; kills++) {
      const running = start('killed')
      const ended = ending(running)
      // Somewhere behind the first photo that it fills, or at any moment of its start.
      const first = new Promise((resolve) => running.stdout?.once('data', resolve))
      if (kills % 4 !== 0) await Promise.race([ended, first])
      const wait = random.uniform(0, kills % 4 === 0 ? 900 : 120)
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, wait))])
      running.kill('SIGKILL')
      await ended
      for (const name of existsSync(at('killed')) ? outputs('killed') : []) {
        const whole = readFileSync(at('undisturbed', name))
        expect(readFileSync(at('killed', name)).equals(whole)).toBe(true)
      }
    }
    expect(fill('many', 'many-mask.png', '-o', 'killed').status).toBe(0)
    expect(readdirSync(at('killed'))).toEqual(readdirSync(at('undisturbed')))
  })

  it('by Ctrl-C says 130 and leaves whole files', async () => {
    const running = start('stopped')
    const ended = ending(running)
    await new Promise((resolve) => running.stdout?.once('data', resolve))
    running.kill('SIGINT')
    expect(await ended).toBe(130)
    const names = readdirSync(at('stopped'))
    expect(names.length).toBeGreaterThan(0)
    expect(names.length).toBeLessThan(12)
    for (const name of names) {
      expect(readFileSync(at('stopped', name)).equals(readFileSync(at('undisturbed', name)))).toBe(
        true,
      )
    }
  })
})
