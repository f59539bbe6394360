import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { SluiceError } from 'sluice'
import { afterAll, describe, expect, it } from 'vitest'
import { ClipCache } from './clipCache.ts'
import { loadFrames } from './loadFrames.ts'
import { noVideo, temporaryFolder, writeAnimation, writeVideo } from './media.test.support.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const at = (name: string): string => join(folder.path, name)

async function writeImages(path: string): Promise<void> {
  mkdirSync(path)
  for (const i of [1, 2, 3]) {
    const create = { width: 8, height: 8, channels: 3, background: { r: i, g: 0, b: 0 } } as const
    await sharp({ create })
      .png()
      .toFile(join(path, `${i}.png`))
  }
}

describe('loadFrames', () => {
  it('opens animations and folders of images without any program', async () => {
    await writeAnimation(at('a.webp'), [100, 100])
    await writeImages(at('images'))
    const options = { side: 64, searchPath: '' }
    expect((await loadFrames(at('a.webp'), options)).count).toBe(2)
    const images = await loadFrames(at('images'), { ...options, imageFps: 5 })
    expect([images.count, images.duration]).toEqual([3, 0.6])
  })

  it.skipIf(noVideo !== undefined)(
    `opens videos${noVideo ? ` (skipped: ${noVideo})` : ''}`,
    async () => {
      writeVideo({ path: at('a.mp4'), count: 4, fps: 10 })
      const cache = new ClipCache(at('video-cache'))
      const first = await loadFrames(at('a.mp4'), { side: 24, cache })
      // The second time from the cache: there is no ffmpeg to ask.
      const second = await loadFrames(at('a.mp4'), { side: 24, cache, searchPath: '' })
      expect(first.count).toBe(4)
      expect(second).toEqual(first)
    },
  )

  it('finds a renamed clip in the cache, and decodes an edited one again', async () => {
    const cache = new ClipCache(at('cache'))
    const entries = () =>
      (readdirSync(cache.folder, { recursive: true }) as string[]).filter((name) =>
        name.endsWith('.clip'),
      ).length
    await writeAnimation(at('b.gif'), [100, 100])
    const first = await loadFrames(at('b.gif'), { side: 64, cache })
    renameSync(at('b.gif'), at('c.gif'))
    expect(await loadFrames(at('c.gif'), { side: 64, cache })).toEqual(first)
    expect(entries()).toBe(1)
    await writeAnimation(at('c.gif'), [100, 100, 100])
    expect((await loadFrames(at('c.gif'), { side: 64, cache })).count).toBe(3)
    expect((await loadFrames(at('c.gif'), { side: 8, cache })).height).toBe(8)
    expect(entries()).toBe(3)
  })

  it('keys image folders by all their images and by the rate', async () => {
    const cache = new ClipCache(at('folder-cache'))
    await writeImages(at('more'))
    const load = (imageFps: number) => loadFrames(at('more'), { side: 64, cache, imageFps })
    expect((await load(10)).duration).toBeCloseTo(0.3)
    expect((await load(5)).duration).toBeCloseTo(0.6)
    rmSync(join(at('more'), '3.png'))
    expect((await load(10)).count).toBe(2)
  })

  it('names the clip in every error', async () => {
    writeFileSync(at('notes.txt'), 'words')
    const known = ['missing', 'data']
    for (const name of ['none.mp4', 'notes.txt', 'none.gif', 'bare']) {
      if (name === 'bare') mkdirSync(at(name))
      const error: unknown = await loadFrames(at(name), { side: 24 }).catch((e: unknown) => e)
      if (!(error instanceof SluiceError)) throw new Error(`${name}: ${error}`)
      expect(error.message.startsWith(at(name))).toBe(true)
      expect(known).toContain(error.code)
    }
  })
})
