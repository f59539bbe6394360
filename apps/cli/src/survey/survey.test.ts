import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type ClipSource, createFrames, type Frames } from 'sluice/data'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clipFacts } from '../clips/clipFacts.ts'
import {
  flatFrames,
  noVideo,
  temporaryFolder,
  writeAnimation,
  writeVideo,
} from '../clips/media.test.support.ts'
import { scanClips } from '../clips/scanClips.ts'
import { Terminal } from '../terminal/terminal.ts'
import { picturedClips } from './contactSheet.ts'
import { findRelations } from './findLeaks.ts'
import { nearness, signatureOf } from './nearness.ts'
import { spread, summarise, tally } from './summary.ts'
import { surveyClips } from './surveyClips.ts'
import { thumbnails } from './thumbnails.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

type Clip = Parameters<typeof findRelations>[0][number]
const clip = (
  item: Partial<ClipSource> & { path: string },
  content = item.path,
  signature?: Float32Array,
): Clip => ({ item: { label: 0, ...item }, content, signature })

describe('related clips', () => {
  it('with the same content in two splits leak; within one they are duplicates', () => {
    const { leaks, duplicates, contradictions } = findRelations([
      clip({ path: 'a', split: 'train' }, 'same'),
      clip({ path: 'b', split: 'test' }, 'same'),
      clip({ path: 'c', split: 'train' }, 'twice'),
      clip({ path: 'd', split: 'train' }, 'twice'),
      clip({ path: 'e', split: 'test' }),
    ])
    expect(leaks.map(({ kind, clips }) => [kind, clips.map(({ path }) => path)])).toEqual([
      ['content', ['a', 'b']],
    ])
    expect(duplicates).toHaveLength(2)
    expect(contradictions).toEqual([])
  })
  it('with the same content under two classes contradict one another', () => {
    const { contradictions } = findRelations([
      clip({ path: 'a', label: 0 }, 'same'),
      clip({ path: 'b', label: 1 }, 'same'),
    ])
    expect(contradictions).toHaveLength(1)
  })
  it('of one group in two splits leak, by the name of the group', () => {
    const { leaks } = findRelations([
      clip({ path: 'a', split: 'train', group: 'anna' }),
      clip({ path: 'b', split: 'valid', group: 'anna' }),
      clip({ path: 'c', split: 'train', group: 'ben' }),
      clip({ path: 'd', split: 'train', group: 'ben' }),
      clip({ path: 'e', split: 'test' }),
    ])
    expect(leaks).toMatchObject([{ kind: 'group', what: 'anna' }])
  })
  it('that are parts of one recording leak where they share moments, and only there', () => {
    const parts = (...ranges: string[]): Clip[] =>
      ranges.map((range, i) =>
        clip({ path: `long.mp4#t=${range}`, split: i % 2 === 0 ? 'train' : 'test' }),
      )
    expect(findRelations(parts('0,2', '2,4')).leaks).toEqual([])
    expect(findRelations(parts('0,2', '1.5,4', '9,10')).leaks).toMatchObject([
      { kind: 'overlap', what: 'long.mp4', clips: [{}, {}] },
    ])
    const arrays = ['winds.npy#1', 'winds.npy#2'].map((path, i) =>
      clip({ path, split: i === 0 ? 'train' : 'test' }),
    )
    expect(findRelations(arrays).leaks).toEqual([])
  })
  it('that are nearly the same are named across splits only, and equal ones not again', () => {
    const signature = Float32Array.of(1, 0)
    const almost = Float32Array.of(0.998, 0.0632)
    const other = Float32Array.of(0.9, 0.436)
    const { near } = findRelations([
      clip({ path: 'a', split: 'train' }, 'x', signature),
      clip({ path: 'b', split: 'train' }, 'y', almost),
      clip({ path: 'c', split: 'test' }, 'z', almost),
      clip({ path: 'd', split: 'test' }, 'x', signature),
      clip({ path: 'e', split: 'test' }, 'w', other),
    ])
    expect(near.map(({ clips }) => clips.map(({ path }) => path).join(''))).toEqual(
      expect.arrayContaining(['ac', 'bc', 'bd']),
    )
    expect(near).toHaveLength(3)
  })
})

describe('the signature of a clip', () => {
  const moving = (speed: number, brightness = 1): Frames => {
    const [count, side] = [8, 24]
    const data = new Uint8Array(count * side * side * 3).fill(40 * brightness)
    for (let t = 0; t < count; t++) {
      for (let y = 4; y < 10; y++) {
        const x = (2 + speed * t) % (side - 6)
        const at = (t * side + y) * side + x
        data.fill(200 * brightness, at * 3, (at + 6) * 3)
      }
    }
    const times = Array.from({ length: count }, (_, t) => t / 10)
    return createFrames({ height: side, width: side, data, times, duration: 0.8 })
  }
  const between = (a: Frames, b: Frames): number => {
    const [x, y] = [signatureOf(a), signatureOf(b)]
    return x === undefined || y === undefined ? Number.NaN : nearness(x, y)
  }
  it('stays when the light changes, and differs when the motion does', () => {
    expect(between(moving(2), moving(2))).toBeCloseTo(1, 5)
    expect(between(moving(2), moving(2, 0.6))).toBeGreaterThan(0.995)
    expect(between(moving(2), moving(1))).toBeLessThan(0.9)
  })
  it('of a clip that shows nothing is none', () => {
    const data = new Uint8Array(2 * 4 * 4 * 3).fill(7)
    const flat = createFrames({ height: 4, width: 4, data, times: [0, 1], duration: 2 })
    expect(signatureOf(flat)).toBeUndefined()
  })
})

describe('sums', () => {
  it('count values and find the middle', () => {
    expect(tally(['a', 'b', 'b'])).toEqual([
      { value: 'b', clips: 2 },
      { value: 'a', clips: 1 },
    ])
    expect(spread([3, 1, 2])).toEqual({ minimum: 1, median: 2, maximum: 3 })
    expect(spread([])).toBeUndefined()
  })
})

describe('a survey', () => {
  const root = join(folder.path, 'clips')
  beforeAll(async () => {
    for (const name of ['train/a', 'train/b', 'test/a', 'test/b/frames']) {
      mkdirSync(join(root, name), { recursive: true })
    }
    const noise = (seed: number): Buffer => {
      const pixels = flatFrames(3, 24, 16, 4)
      return pixels.map((value, i) => (i % 4 === 3 ? 255 : (value + i * seed) & 255)) as Buffer
    }
    const [one, two] = [noise(3), noise(7)]
    await writeAnimation(join(root, 'train/a/1.webp'), [100, 100, 100], { pixels: one })
    await writeAnimation(join(root, 'train/b/2.webp'), [100, 300, 100], { pixels: two })
    await writeAnimation(join(root, 'test/a/renamed.webp'), [100, 100, 100], { pixels: one })
    writeFileSync(join(root, 'test/a/broken.gif'), 'GIF89a and no more')
    for (const i of [1, 2]) {
      const image = sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
      await image.png().toFile(join(root, 'test/b/frames', `${i}.png`))
    }
  })
  it('finds lengths, sizes, rates, what cannot be read, and content that leaks', async () => {
    const scanned = await scanClips(root)
    const survey = await surveyClips(scanned.dataset, {
      ...{ root, cache: false, near: true, terminal: new Terminal({ quiet: true }) },
      pictured: picturedClips(scanned.dataset),
    })
    const summary = summarise(scanned.dataset, survey, { ...scanned, near: true })
    expect(summary).toMatchObject({
      ...{ clips: 4, splits: ['train', 'test'], unevenRate: 1 },
      classes: [
        { class: 'a', clips: 2, splits: { train: 1, test: 1 } },
        { class: 'b', clips: 2, splits: { train: 1, test: 1 } },
      ],
      lengths: { minimum: 0.2, maximum: 0.5 },
      unreadable: [{ path: 'test/a/broken.gif' }],
      leaks: [
        { kind: 'content', clips: [{ path: 'test/a/renamed.webp' }, { path: 'train/a/1.webp' }] },
      ],
    })
    expect(summary.sizes).toEqual([
      { value: '24×16', clips: 3 },
      { value: '40×30', clips: 1 },
    ])
    expect(summary.rates).toContainEqual({ value: null, clips: 1 })
    expect(survey.clips.every(({ pictures }) => pictures.length > 0)).toBe(true)
  })
})

describe('facts of a clip', () => {
  it.skipIf(noVideo !== undefined)(
    `are those of the video as shown (skipped: ${noVideo})`,
    async () => {
      const path = join(folder.path, 'v.mp4')
      writeVideo({ path, count: 3, fps: 10, width: 320, height: 180 })
      expect(await clipFacts(`${path}#t=0,0.1`)).toEqual({
        kind: 'video',
        size: { width: 320, height: 180 },
      })
    },
  )
})

describe('thumbnails', () => {
  it('of arrays show the first channel, or channels by steps', () => {
    const grid = (height: number, width: number) => ({
      ...({ kind: 'tensor', channels: 2, count: 3, height, width, duration: 3 } as const),
      data: Float32Array.from({ length: 6 * height * width }, (_, i) => i),
    })
    expect(thumbnails(grid(4, 5))).toHaveLength(3)
    expect(thumbnails(grid(1, 1))).toHaveLength(1)
  })
})
