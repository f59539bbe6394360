import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { boxMask, makePhotoFolder, noise, type PhotoFolder } from './photoFolder.ts'
import { ending, jsonLines, type Outcome, startSluice } from './sluiceCommand.ts'

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
    expect(await changed('photos/a.png', 'each/a.png', [20, 10, 12])).toMatchObject({
      outside: 0,
    })
    expect(await changed('photos/c.png', 'each/c.png', [5, 5, 12])).toMatchObject({
      outside: 0,
    })
    rmSync(at('masks', 'b.png'))
    const { status, stderr } = fill('photos', 'masks', '-o', 'some')
    expect(status).toBe(0)
    expect(stderr).toMatch(/1 photo without a mask, left out: b\.jpg/)
    expect(readdirSync(at('some'))).toEqual(['a.png', 'c.png'])
    const [line] = jsonLines(fill('photos', 'masks', '-o', 'some', '--json').stdout)
    expect(line).toEqual({ photo: 'photos/b.jpg', leftOut: 'without a mask' })
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

  it('names the photos whose format is not read, and takes .jfif for JPEG', () => {
    mkdirSync(at('phone'))
    for (const name of ['a.HEIC', 'b.jxl', 'c.nef']) writeFileSync(at('phone', name), 'a picture')
    writeFileSync(at('phone', 'notes.txt'), 'words')
    const none = fill('phone', 'mask.png', '-o', 'phone-out')
    expect(none.status).toBe(1)
    expect(none.stderr).toMatch(
      /formats that are not read[\s\S]*a\.HEIC, b\.jxl, c\.nef[\s\S]*JPEG/,
    )
    copyFileSync(at('photo.jpg'), at('phone', 'd.jfif'))
    const { status, stderr, stdout } = fill('phone', 'mask.png', '-o', 'phone-out', '--json')
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /3 photos in formats that are not read, left out: a\.HEIC, b\.jxl, c\.nef/,
    )
    const lines = jsonLines(stdout)
    expect(lines.filter(({ leftOut }) => leftOut !== undefined)).toHaveLength(3)
    expect(lines[0]).toEqual({ photo: 'phone/a.HEIC', leftOut: 'in formats that are not read' })
    expect(readdirSync(at('phone-out'))).toEqual(['d.jfif'])
    expect([...readFileSync(at('phone-out', 'd.jfif')).subarray(0, 2)]).toEqual([0xff, 0xd8])
  })

  it('without any says what it found', () => {
    mkdirSync(at('words'))
    expect(fill('words', 'mask.png', '-o', 'words-out').stderr).toMatch(/no photos[\s\S]*nothing/)
    writeFileSync(at('words', 'notes.txt'), 'words')
    const { stderr } = fill('words', 'mask.png', '-o', 'words-out')
    expect(stderr).toMatch(/no photos in this folder[\s\S]*notes\.txt/)
  })

  it('is not written over itself', () => {
    const { status, stderr } = fill('photos', 'mask.png', '-o', 'photos')
    expect(status).toBe(2)
    expect(stderr).toMatch(/would replace the photos/)
  })

  it('is not written over its masks', () => {
    const before = readdirSync(at('masks'))
    const masks = fill('photos', 'masks', '-o', 'masks', '--overwrite')
    expect(masks).toMatchObject({ status: 2 })
    expect(masks.stderr).toMatch(/would replace an input/)
    expect(readdirSync(at('masks'))).toEqual(before)
    mkdirSync(at('beside'))
    copyFileSync(at('mask.png'), at('beside', 'a.png'))
    const single = fill('photos', 'beside/a.png', '-o', 'beside')
    expect(single).toMatchObject({ status: 2 })
    expect(single.stderr).toMatch(/would replace an input/)
    expect(readdirSync(at('beside'))).toEqual(['a.png'])
  })

  it('may be compressed as asked where its photos are of several formats', () => {
    expect(fill('photos', 'mask.png', '-o', 'coarse', '--quality', '30').status).toBe(0)
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
  const start = (output: string, mask = 'many-mask.png') => {
    const args = ['many', mask, '-o', output, '--model', 'model.safetensors']
    return startSluice(['inpaint', ...args, '--threads', '1', '--json'], place.path)
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

  it.each(['stdout', 'stderr'] as const)('goes on when nobody reads its %s', async (stream) => {
    const output = `unread-${stream}`
    const running = start(output)
    const ended = ending(running)
    await new Promise((resolve) => running[stream]?.once('data', resolve))
    running[stream]?.destroy()
    expect(await ended).toBe(0)
    expect(readdirSync(at(output))).toEqual(readdirSync(at('undisturbed')))
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

  it('by Ctrl-C stops as well where there is nothing to fill', async () => {
    await boxMask(700, 500, [0, 0, 0]).png().toFile(at('empty-mask.png'))
    const running = start('copied', 'empty-mask.png')
    const ended = ending(running)
    await new Promise((resolve) => running.stdout?.once('data', resolve))
    running.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(readdirSync(at('copied')).length).toBeLessThan(12)
  })
})
