import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxMask, makePhotoFolder, noise, type PhotoFolder } from './photoFolder.ts'
import { jsonLines, type Outcome, sluice } from './sluiceCommand.ts'

/** What prepares tests takes its time on a busy machine. */
const SLOW = 120_000

let place: PhotoFolder
const at = (...names: string[]): string => place.at(...names)
const fill = (...args: string[]): Outcome => place.fill(...args)
const changed: PhotoFolder['changed'] = (...args) => place.changed(...args)

beforeAll(async () => {
  place = await makePhotoFolder()
}, SLOW)
afterAll(() => place[Symbol.dispose]())

describe('one photo', () => {
  it('is filled inside its mask, and is itself outside', async () => {
    const { status, stdout, stderr } = fill('photo.png', 'mask.png', '-o', 'filled.png')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      /photo\.png: 60 × 44, hole 5\.5 %; original: the whole picture[\s\S]*filled\.png: /,
    )
    const { outside, inside } = await changed('photo.png', 'filled.png', [20, 10, 12])
    expect(outside).toBe(0)
    expect(inside).toBeGreaterThan(400)
  })

  it('of JPEG may become PNG without loss, and JPEG at its quality, which is said', async () => {
    expect(fill('photo.jpg', 'mask.png', '-o', 'of-jpeg.png').status).toBe(0)
    expect(await changed('photo.jpg', 'of-jpeg.png', [20, 10, 12])).toMatchObject({
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
    expect(await changed('turned-shown.png', 'turned-filled-shown.png', box)).toMatchObject({
      outside: 0,
    })
    const { status: refused, stderr } = fill('turned.png', 'mask.png', '-o', 'never.png')
    expect(refused).toBe(1)
    expect(stderr).toMatch(/turn the mask by a quarter: the photo is displayed upright by its EXIF/)
    const plain = fill('photo.png', 'upright.png', '-o', 'never.png')
    expect(plain.stderr).toMatch(/turn the mask by a quarter/)
    expect(plain.stderr).not.toMatch(/EXIF/)
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
    sluice(['inpaint', 'photo.png', 'mask.png', '-o', 'threads.png', ...model], place.path)
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
    expect(await changed('photo.jpg', 'copied.png', [0, 0, 0])).toEqual({
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
    expect(await changed('photo.png', 'turned-round.png', [20, 10, 12])).toMatchObject({
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
    expect(await changed('photo.png', 'by-half.png', [20, 10, 12])).toMatchObject({
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

  it('never replaces its mask, whatever is asked', () => {
    const before = readFileSync(at('mask.png'))
    const { status, stderr } = fill('photo.png', 'mask.png', '-o', 'mask.png', '--overwrite')
    expect(status).toBe(2)
    expect(stderr).toMatch(/would replace an input/)
    expect(readFileSync(at('mask.png')).equals(before)).toBe(true)
  })

  it('says how much of it is hole in plain numbers', () => {
    const { stdout } = fill(
      'photo.png',
      '--rect',
      '1,0,59,44',
      '--rect',
      '0,1,1,43',
      '-o',
      'all.png',
    )
    expect(stdout).toContain('hole 100 %;')
  })

  it('that fails is a line of JSON too', () => {
    const { status, stdout } = fill('photo.png', '--rect', '0,0,60,44', '-o', 'x.png', '--json')
    expect(status).toBe(1)
    expect(jsonLines(stdout)).toEqual([
      { photo: 'photo.png', error: expect.stringMatching(/whole picture/) },
    ])
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
      'no memory at all',
      ['photo.png', 'mask.png', '-o', 'x.png', '--max-memory', '0'],
      2,
      /--max-memory[\s\S]*1MiB or more/,
    ],
    [
      'a quality of PNG',
      ['photo.png', 'mask.png', '-o', 'x.png', '--quality', '50'],
      2,
      /--quality would be ignored/,
    ],
    [
      'JPEG without loss',
      ['photo.png', 'mask.png', '-o', 'x.jpg', '--lossless'],
      2,
      /--lossless would be ignored/,
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

describe('an animation', () => {
  it('is not written over by its first frame, whatever is asked', async () => {
    const pixels = Buffer.alloc(60 * 88 * 4, 90).fill(200, 60 * 44 * 4)
    const frames = sharp(pixels, { raw: { width: 60, height: 88, channels: 4, pageHeight: 44 } })
    await frames.webp({ delay: [40, 40], lossless: true }).toFile(at('moving.webp'))
    const before = readFileSync(at('moving.webp'))
    const { status, stderr } = fill('moving.webp', 'mask.png', '-o', 'moving.webp', '--overwrite')
    expect(status).toBe(2)
    expect(stderr).toMatch(/would replace an input/)
    expect(readFileSync(at('moving.webp')).equals(before)).toBe(true)
  })
})
