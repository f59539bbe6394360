import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { mildPictures, type PictureSettings, trainingTask } from 'sluice/inpainting'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalPhotoMaker, type PhotoPlan } from './photoMaker.ts'

let root = ''
const settings: PictureSettings = {
  ...{ size: 8, views: [1, 2], augmentation: mildPictures, seed: 1 },
  ...{ share: [0.1, 0.5], shapes: ['boxes'], canvas: 1 },
}
const plan = (changes: Partial<PhotoPlan> = {}): PhotoPlan => ({
  ...{ root, shortSide: 16, memoryBytes: 2 ** 20, settings },
  ...changes,
})

async function write(name: string, width: number, height: number, grey = 90): Promise<void> {
  const create = { width, height, channels: 3, background: { r: grey, g: 20, b: 160 } } as const
  await sharp({ create }).png().toFile(join(root, name))
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sluice-photos-'))
  await write('large.png', 60, 32)
  await write('small.png', 12, 20)
})
afterAll(() => rmSync(root, { recursive: true }))

describe('photographs in memory', () => {
  it('are as small as crops allow, and never enlarged', async () => {
    const maker = new LocalPhotoMaker(plan())
    expect(await maker.inspect('large.png')).toMatchObject({ width: 30, height: 16 })
    expect(await maker.inspect('small.png')).toMatchObject({ width: 12, height: 20 })
  })

  it('are told apart by their pixels, not their names', async () => {
    const maker = new LocalPhotoMaker(plan())
    await write('same.png', 12, 20)
    await write('other.png', 12, 20, 91)
    const digests = await Promise.all(
      ['small.png', 'same.png', 'other.png'].map(
        async (path) => (await maker.inspect(path)).digest,
      ),
    )
    expect(digests[1]).toBe(digests[0])
    expect(digests[2]).not.toBe(digests[0])
  })

  it('stay while there is room: the one not used longest is read again', async () => {
    await write('kept.png', 12, 20)
    const task = trainingTask(0, [{ width: 12, height: 20 }], settings)
    const roomy = new LocalPhotoMaker(plan())
    const narrow = new LocalPhotoMaker(plan({ memoryBytes: 12 * 20 * 3 }))
    for (const maker of [roomy, narrow]) {
      await maker.inspect('kept.png')
      await maker.inspect('small.png')
    }
    const first = await roomy.make('kept.png', task)
    writeFileSync(join(root, 'kept.png'), 'gone')
    expect(await roomy.make('kept.png', task)).toEqual(first)
    await expect(narrow.make('kept.png', task)).rejects.toThrow(/kept\.png: cannot be read/)
    expect((await narrow.make('small.png', task)).mask).toEqual(first.mask)
  })
})
