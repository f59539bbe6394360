import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Frames } from 'sluice/data'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeAnimation, decodeImageFolder } from './decodeImages.ts'
import {
  flatFrames,
  frameOf,
  levelOf,
  temporaryFolder,
  writeAnimation,
} from './media.test.support.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const at = (name: string): string => join(folder.path, name)

/** The distinct values in each frame. */
function values(frames: Frames): number[][] {
  const bytes = frames.height * frames.width * 3
  return Array.from({ length: frames.count }, (_, i) => [
    ...new Set(frames.data.subarray(i * bytes, (i + 1) * bytes)),
  ])
}

describe('decodeAnimation', () => {
  it.each(['webp', 'gif'])(
    'gives the frames of a .%s with the times in the file',
    async (ending) => {
      const path = at(`plain.${ending}`)
      await writeAnimation(path, [100, 50, 200, 100])
      const frames = await decodeAnimation(path, { side: 64 })
      expect([frames.count, frames.width, frames.height]).toEqual([4, 24, 16])
      expect(values(frames)).toEqual([[20], [40], [60], [80]])
      expect(Array.from(frames.times)).toEqual([0, 0.1, 0.15, 0.35])
      expect(frames.duration).toBeCloseTo(0.45)
    },
  )

  it.each(['webp', 'gif'])('shrinks each frame of a .%s by itself', async (ending) => {
    const path = at(`large.${ending}`)
    await writeAnimation(path, [100, 100, 100], { width: 90, height: 45 })
    const frames = await decodeAnimation(path, { side: 20 })
    expect([frames.width, frames.height]).toEqual([40, 20])
    // Flat frames stay flat: nothing of a neighbour in time has come in at the edges.
    expect(values(frames)).toEqual([[20], [40], [60]])
  })

  it('shows grey through transparent pixels', async () => {
    const pixels = flatFrames(2, 24, 16, 4)
    for (let i = 3; i < pixels.length; i += 8) pixels[i] = 0
    await writeAnimation(at('glass.webp'), [100, 100], { pixels })
    const frames = await decodeAnimation(at('glass.webp'), { side: 64 })
    expect(values(frames).map((found) => found.sort((a, b) => a - b))).toEqual([
      [20, 128],
      [40, 128],
    ])
  })

  it('slows down frames that ask for no time, as browsers do', async () => {
    await writeAnimation(at('hasty.gif'), [0, 10, 20])
    const frames = await decodeAnimation(at('hasty.gif'), { side: 64 })
    expect(Array.from(frames.times)).toEqual([0, 0.1, 0.2])
    expect(frames.duration).toBeCloseTo(0.22)
  })

  it('takes a picture that does not move as a clip of one frame', async () => {
    await writeAnimation(at('still.webp'), [100])
    const frames = await decodeAnimation(at('still.webp'), { side: 64 })
    expect([frames.count, frames.duration]).toEqual([1, 0.1])
  })

  it('refuses what is no image, cut off or missing, and names it', async () => {
    writeFileSync(at('text.gif'), 'GIF? no.')
    writeFileSync(at('empty.webp'), '')
    await writeAnimation(at('whole.webp'), [100, 100, 100], {
      pixels: Buffer.from(Uint8Array.from({ length: 3 * 24 * 16 * 4 }, (_, i) => (i * 7919) % 251)),
    })
    const whole = readFileSync(at('whole.webp'))
    writeFileSync(at('torn.webp'), whole.subarray(0, whole.length / 2))
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    writeFileSync(at('drawing.gif'), drawing)
    for (const name of ['text.gif', 'drawing.gif', 'empty.webp', 'torn.webp', 'none.gif']) {
      await expect(decodeAnimation(at(name), { side: 24 })).rejects.toThrow(
        new RegExp(`${name}: (cannot be read as an image|the file is empty|no such file)`),
      )
    }
  })
})

describe('decodeImageFolder', () => {
  async function writeImages(name: string, names: readonly string[], width = 20): Promise<string> {
    const path = at(name)
    mkdirSync(path)
    for (const [i, file] of names.entries()) {
      const pixels = Buffer.alloc(width * 12 * 3, levelOf(i))
      await sharp(pixels, { raw: { width, height: 12, channels: 3 } }).toFile(join(path, file))
    }
    return path
  }

  it('plays images in the order of their numbers at the rate it is told', async () => {
    const names = ['f1.png', 'f2.jpg', 'f9.webp', 'f10.png', 'f11.tif']
    const path = await writeImages('numbers', names)
    writeFileSync(join(path, 'notes.txt'), 'not a frame')
    const frames = await decodeImageFolder(path, { side: 6, fps: 20 })
    expect([frames.count, frames.width, frames.height]).toEqual([5, 10, 6])
    expect(values(frames).map((found) => frameOf(found[0] ?? -1))).toEqual([0, 1, 2, 3, 4])
    expect(Array.from(frames.times)).toEqual([0, 0.05, 0.1, 0.15, 0.2])
    expect(frames.duration).toBeCloseTo(0.25)
  })

  it('takes grey, 16-bit and turned images for what they show', async () => {
    const path = at('kinds')
    mkdirSync(path)
    const grey = sharp(Buffer.alloc(20 * 12, 90), { raw: { width: 20, height: 12, channels: 1 } })
    await grey.clone().png().toFile(join(path, '1.png'))
    await grey.clone().toColourspace('grey16').png().toFile(join(path, '2.png'))
    const upright = Buffer.alloc(20 * 12 * 3, 90)
    await sharp(upright, { raw: { width: 12, height: 20, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toFile(join(path, '3.png'))
    const frames = await decodeImageFolder(path, { side: 12, fps: 10 })
    expect([frames.width, frames.height]).toEqual([20, 12])
    expect(values(frames)).toEqual([[90], [90], [90]])
  })

  it('refuses images of different sizes, broken ones and folders without any', async () => {
    const sizes = await writeImages('sizes', ['1.png'])
    await sharp({ create: { width: 9, height: 9, channels: 3, background: '#000' } }).toFile(
      join(sizes, '2.png'),
    )
    await expect(decodeImageFolder(sizes, { side: 8, fps: 10 })).rejects.toThrow(
      /2\.png: the images of a clip differ in size[\s\S]*20×12, as 1\.png[\s\S]*9×9/,
    )
    const broken = await writeImages('broken', ['1.png'])
    writeFileSync(join(broken, '2.png'), 'no picture')
    await expect(decodeImageFolder(broken, { side: 8, fps: 10 })).rejects.toThrow(
      /2\.png: cannot be read as an image/,
    )
    mkdirSync(at('bare'))
    await expect(decodeImageFolder(at('bare'), { side: 8, fps: 10 })).rejects.toThrow(
      /a folder without images/,
    )
  })
})
