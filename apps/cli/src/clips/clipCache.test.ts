import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFrames } from 'sluice/data'
import { afterAll, describe, expect, it } from 'vitest'
import { ClipCache, cacheFolder } from './clipCache.ts'
import { clipKey } from './clipKey.ts'
import type { DecodedClip } from './decodeVideo.ts'
import { temporaryFolder } from './media.test.support.ts'
import { trimCache } from './trimCache.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const clip: DecodedClip = {
  frames: createFrames({
    height: 2,
    width: 3,
    data: Uint8Array.from({ length: 36 }, (_, i) => i * 7),
    times: [0, 1 / 3],
    duration: 2 / 3,
  }),
  damage: ['a bit torn'],
}
const key = 'ab'.repeat(32)

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('ClipCache', () => {
  it('gives back exactly what it was given', async () => {
    const cache = new ClipCache(join(folder.path, 'exact'))
    expect(await cache.get(key)).toBeUndefined()
    await cache.put(key, clip)
    expect(await cache.get(key)).toEqual(clip)
    expect(filesIn(cache.folder).length).toBe(1)
  })

  it('treats an entry with any byte changed, missing or added as absent, and replaces it', async () => {
    const cache = new ClipCache(join(folder.path, 'damaged'))
    await cache.put(key, clip)
    const [path = ''] = filesIn(cache.folder)
    const good = readFileSync(path)
    const damaged = [
      ...Array.from(good.keys(), (i) => {
        const copy = Buffer.from(good)
        copy[i] = (copy[i] ?? 0) ^ 1
        return copy
      }),
      ...[0, 1, 31, 32, 36, good.length - 1].map((length) => good.subarray(0, length)),
      Buffer.concat([good, Buffer.of(0)]),
    ]
    for (const bytes of damaged) {
      writeFileSync(path, bytes)
      expect(await cache.get(key)).toBeUndefined()
    }
    await cache.put(key, clip)
    expect(await cache.get(key)).toEqual(clip)
  })

  it('does without when it cannot write', async () => {
    writeFileSync(join(folder.path, 'file'), 'in the way')
    const cache = new ClipCache(join(folder.path, 'file'))
    await cache.put(key, clip)
    expect(await cache.get(key)).toBeUndefined()
  })

  it('lives where the system keeps such things', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/sluice/clips')
    expect(cacheFolder({}, 'linux', '/home/a')).toBe('/home/a/.cache/sluice/clips')
    expect(cacheFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/sluice/clips')
  })
})

describe('clipKey', () => {
  it('follows content and parameters, not names or dates', async () => {
    const path = join(folder.path, 'keys')
    mkdirSync(path)
    writeFileSync(join(path, 'a.mp4'), 'one')
    writeFileSync(join(path, 'b.mp4'), 'one')
    writeFileSync(join(path, 'c.mp4'), 'two')
    const base = await clipKey(path, ['a.mp4'], { side: 40, kind: 'video' })
    expect(base).toMatch(/^[0-9a-f]{64}$/)
    expect(await clipKey(path, ['b.mp4'], { kind: 'video', side: 40 })).toBe(base)
    const others = await Promise.all([
      clipKey(path, ['c.mp4'], { side: 40, kind: 'video' }),
      clipKey(path, ['a.mp4'], { side: 41, kind: 'video' }),
      clipKey(path, ['a.mp4', 'c.mp4'], { side: 40, kind: 'video' }),
      clipKey(path, ['c.mp4', 'a.mp4'], { side: 40, kind: 'video' }),
    ])
    expect(new Set([base, ...others]).size).toBe(5)
  })
})

describe('trimCache', () => {
  it('removes what was used longest ago, old drafts, and nothing that is not its own', async () => {
    const cache = new ClipCache(join(folder.path, 'trim'))
    const keys = ['0a', '0b', '0c'].map((start) => start.padEnd(64, '1'))
    for (const name of keys) await cache.put(name, clip)
    const pathOf = (name: string) => join(cache.folder, name.slice(0, 2), `${name.slice(2)}.clip`)
    const now = 1_700_000_000
    for (const [i, name] of keys.entries()) utimesSync(pathOf(name), now + i, now + i)
    const draft = join(cache.folder, '0a', 'x.tmp')
    writeFileSync(draft, 'left by a killed run')
    utimesSync(draft, now, now)
    writeFileSync(join(cache.folder, 'mine.txt'), 'not the cache’s')
    // Reading the oldest makes it the newest.
    await cache.get(keys[0] ?? '')
    const size = statSync(pathOf(keys[1] ?? '')).size
    await trimCache(cache.folder, 2 * size, (now + 7200) * 1000)
    const left = filesIn(cache.folder).map((path) =>
      path.slice(cache.folder.length + 1, cache.folder.length + 3),
    )
    expect(left.sort()).toEqual(['0a', '0c', 'mi'])
  })
})
