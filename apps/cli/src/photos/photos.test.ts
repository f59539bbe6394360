import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { Random } from 'sluice'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../clips/media.test.support.ts'
import { loadPhoto } from './loadPhoto.ts'
import { toStoredOrder } from './orientation.ts'
import type { Channels, Orientation, Photo } from './photo.ts'
import { rgbOf } from './photo.ts'
import { savePhoto } from './savePhoto.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
let files = 0
const fresh = (ending: string) => join(folder.path, `${files++}.${ending}`)

/** Random samples as an image of the library that tests write files with. */
function noise(channels: Channels, wide = false, width = 23, height = 14) {
  const random = new Random(channels, `noise ${wide}`)
  const count = width * height * channels
  const pixels = wide ? new Uint16Array(count) : new Uint8Array(count)
  for (let i = 0; i < count; i++) pixels[i] = random.integer(wide ? 65536 : 256)
  const space = channels <= 2 ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb'
  return { pixels, image: sharp(pixels, { raw: { width, height, channels } }).toColourspace(space) }
}

/** A smooth picture, as photographs are. */
function smooth(width = 96, height = 64): Sharp {
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[i++] = 128 + 100 * Math.sin(x / 9)
      pixels[i++] = 128 + 100 * Math.cos(y / 7)
      pixels[i++] = (x * y) % 256
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

/** A grey TIFF of 4 × 4 samples, uncompressed. Sample format 1 is unsigned, 2 signed, 3 floating-point. */
function greyTiff(sampleFormat: number, bits: number): Uint8Array {
  const bytes = (16 * bits) / 8
  const entries = [
    ...[
      [256, 4],
      [257, 4],
      [258, bits],
      [259, 1],
      [262, 1],
      [273, 8],
      [277, 1],
      [278, 4],
    ],
    ...[
      [279, bytes],
      [339, sampleFormat],
    ],
  ]
  const directory = 8 + bytes
  const file = new DataView(new ArrayBuffer(directory + 2 + 12 * entries.length + 4))
  file.setUint32(0, 0x49492a00)
  file.setUint32(4, directory, true)
  file.setUint16(directory, entries.length, true)
  for (const [i, [tag = 0, value = 0]] of entries.entries()) {
    const at = directory + 2 + 12 * i
    file.setUint16(at, tag, true)
    file.setUint16(at + 2, 4, true)
    file.setUint32(at + 4, 1, true)
    file.setUint32(at + 8, value, true)
  }
  return new Uint8Array(file.buffer)
}

async function written(image: Sharp, ending: string): Promise<string> {
  const path = fresh(ending)
  await image.toFile(path)
  return path
}

/** Saves a photo unchanged and reads it again. */
async function again(photo: Photo, ending: string): Promise<Photo> {
  const path = fresh(ending)
  await savePhoto(path, photo)
  return loadPhoto(path)
}

describe('a photo without loss', () => {
  const kinds: [string, Channels, boolean][] = [
    ['grey', 1, false],
    ['grey and alpha', 2, false],
    ['RGB', 3, false],
    ['RGBA', 4, false],
    ['grey of 16 bits', 1, true],
    ['grey and alpha of 16 bits', 2, true],
    ['RGB of 16 bits', 3, true],
    ['RGBA of 16 bits', 4, true],
  ]
  it.each(kinds)('comes out of PNG as it went in: %s', async (_name, channels, wide) => {
    const { pixels, image } = noise(channels, wide)
    const photo = await loadPhoto(await written(image.png(), 'png'))
    expect(photo).toMatchObject({ width: 23, height: 14, channels, pixels })
    const copy = await again(photo, 'png')
    expect(copy).toMatchObject({ channels, pixels, notes: [] })
  })

  it.each([3, 4] as const)(
    'comes out of lossless WebP as it went in: %i channels',
    async (channels) => {
      const { pixels, image } = noise(channels)
      const path = await written(image.webp({ lossless: true, exact: true }), 'webp')
      const photo = await loadPhoto(path)
      expect(photo.source.lossy).toBeUndefined()
      expect((await again(photo, 'webp')).pixels).toEqual(pixels)
    },
  )

  it('keeps the samples of a wide-gamut photo and its profile, untouched', async () => {
    const path = await written(smooth().withIccProfile('p3').png(), 'png')
    const plain = await sharp(path, { ignoreIcc: true }).raw().toBuffer()
    const photo = await loadPhoto(path)
    expect(Buffer.from(photo.pixels.buffer).equals(plain)).toBe(true)
    const profile = (await sharp(path).metadata()).icc
    for (const ending of ['png', 'jpg', 'webp']) {
      const copy = fresh(ending)
      await savePhoto(copy, photo)
      expect((await sharp(copy).metadata()).icc).toEqual(profile)
    }
  })

  it('takes a palette and bilevel grey for what they show', async () => {
    const path = await written(smooth().png({ palette: true, colours: 16 }), 'png')
    const photo = await loadPhoto(path)
    expect(photo.channels).toBe(3)
    expect(photo.notes.join()).toMatch(/palette/)
    expect(Buffer.from(photo.pixels)).toEqual(await sharp(path).raw().toBuffer())
  })

  it('keeps the chunks that say how a PNG is meant', async () => {
    const path = await written(smooth().withMetadata({ density: 300 }).png(), 'png')
    const copy = fresh('png')
    await savePhoto(copy, await loadPhoto(path))
    expect((await sharp(copy).metadata()).density).toBe(300)
  })
})

describe('orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as Orientation[])(
    '%i is applied, and undone when saved',
    async (orientation) => {
      const { pixels, image } = noise(3)
      const path = await written(image.withMetadata({ orientation }).png(), 'png')
      const photo = await loadPhoto(path)
      const upright = await sharp(path).autoOrient().raw().toBuffer({ resolveWithObject: true })
      expect([photo.width, photo.height]).toEqual([upright.info.width, upright.info.height])
      expect(Buffer.from(photo.pixels)).toEqual(upright.data)
      expect(toStoredOrder(photo, 3, orientation).pixels).toEqual(pixels)
      const copy = fresh('png')
      await savePhoto(copy, photo)
      expect((await sharp(copy).metadata()).orientation ?? 1).toBe(orientation)
      expect(new Uint8Array(await sharp(copy).raw().toBuffer())).toEqual(pixels)
    },
  )
})

describe('metadata', () => {
  it.each(['jpg', 'png', 'webp'])('of a JPEG goes into a .%s', async (ending) => {
    const exif = { IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitudeRef: 'N' } }
    const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a/></x:xmpmeta>'
    const image = smooth().withExif(exif).withXmp(xmp).withIccProfile('p3')
    const path = await written(image.jpeg(), 'jpg')
    const before = await sharp(path).metadata()
    const copy = fresh(ending)
    await savePhoto(copy, await loadPhoto(path))
    const after = await sharp(copy).metadata()
    const bare = (bytes: Buffer | undefined) => bytes?.toString('latin1').replace(/^Exif\0\0/, '')
    expect(bare(after.exif)).toBe(bare(before.exif))
    expect(after.icc).toEqual(before.icc)
    expect(after.xmp?.toString()).toBe(before.xmp?.toString())
    // Whole for a strict reader as well.
    await sharp(copy, { failOn: 'warning' }).raw().toBuffer()
  })

  it('spreads a large profile over several segments', async () => {
    const path = await written(smooth().jpeg(), 'jpg')
    const photo = await loadPhoto(path)
    const icc = new Uint8Array(150_000).fill(7)
    const copy = fresh('jpg')
    const metadata = { ...photo.source.metadata, icc }
    await savePhoto(copy, { ...photo, source: { ...photo.source, metadata } })
    const read = (await sharp(copy, { failOn: 'none' }).metadata()).icc
    // The library may refuse what is no profile; the bytes are counted either way.
    if (read !== undefined) expect(new Uint8Array(read)).toEqual(icc)
    expect(
      readFileSync(copy)
        .toString('latin1')
        .match(/ICC_PROFILE/g),
    ).toHaveLength(3)
  })
})

describe('a lossy photo', () => {
  it.each([12, 35, 50, 75, 80, 90, 95, 100])('of JPEG quality %i stays at it', async (quality) => {
    const chromaSubsampling = quality > 85 ? '4:4:4' : '4:2:0'
    const progressive = quality === 75
    const path = await written(smooth().jpeg({ quality, chromaSubsampling, progressive }), 'jpg')
    const photo = await loadPhoto(path)
    expect(photo.source.lossy).toEqual({ quality, chromaSubsampling, progressive })
    const copy = await again(photo, 'jpg')
    expect(copy.source.lossy).toEqual(photo.source.lossy)
  })

  it('of grey stays grey', async () => {
    const path = await written(smooth().toColourspace('b-w').jpeg({ quality: 70 }), 'jpg')
    const photo = await loadPhoto(path)
    expect(photo.channels).toBe(1)
    expect(await again(photo, 'jpg')).toMatchObject({
      channels: 1,
      source: { lossy: { quality: 70 } },
    })
  })

  it.each([20, 50, 75, 90])('of WebP quality %i stays near it', async (quality) => {
    const path = await written(smooth().webp({ quality }), 'webp')
    const estimated = (await loadPhoto(path)).source.lossy?.quality ?? 0
    expect(Math.abs(estimated - quality)).toBeLessThanOrEqual(8)
  })

  it('has the quality that is asked for', async () => {
    const photo = await loadPhoto(await written(smooth().png(), 'png'))
    const path = fresh('jpg')
    const { notes } = await savePhoto(path, photo, { quality: 61 })
    expect(notes.join()).toMatch(/quality 61 \(as asked\)/)
    expect((await loadPhoto(path)).source.lossy?.quality).toBe(61)
  })
})

describe('what is converted', () => {
  it('CMYK becomes sRGB, and this is said', async () => {
    const photo = await loadPhoto(await written(smooth().toColourspace('cmyk').jpeg(), 'jpg'))
    expect(photo).toMatchObject({ channels: 3, notes: ['CMYK is converted to 8-bit sRGB'] })
    expect(photo.source.metadata.icc).toBeUndefined()
    const copy = await again(photo, 'jpg')
    const light = (of: Photo) =>
      rgbOf(of).reduce((sum, sample) => sum + sample, 0) / of.pixels.length
    expect(Math.abs(light(copy) - light(photo))).toBeLessThan(3)
  })

  it('of an animation the first frame is taken, and this is said', async () => {
    const frames = sharp(Buffer.alloc(8 * 24 * 4, 200), {
      raw: { width: 8, height: 24, channels: 4, pageHeight: 8 },
    })
    const photo = await loadPhoto(
      await written(frames.gif({ delay: [50, 50, 50], keepDuplicateFrames: true }), 'gif'),
    )
    expect(photo).toMatchObject({ width: 8, height: 8, source: { frames: 3 } })
    expect(photo.notes[0]).toMatch(/of 3 frames the first/)
  })

  it('16 bits are rounded for JPEG, and transparency is refused there', async () => {
    const wide = await loadPhoto(await written(noise(3, true).image.png(), 'png'))
    const { notes } = await savePhoto(fresh('jpg'), wide)
    expect(notes.join()).toMatch(/16 bits/)
    const clear = await loadPhoto(await written(noise(4).image.png(), 'png'))
    await expect(savePhoto(fresh('jpg'), clear)).rejects.toThrow(/no transparency[\s\S]*\.png/)
  })
})

describe('what is refused', () => {
  const cases: [string, (path: string) => void, RegExp][] = [
    ['an empty file', (path) => writeFileSync(path, ''), /empty/],
    [
      'text',
      (path) => writeFileSync(path, 'hello, this is no picture'),
      /cannot be read as a photo/,
    ],
    [
      'a drawing',
      (path) =>
        writeFileSync(path, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /content of type svg/,
    ],
  ]
  it.each(cases)('%s', async (_name, write, message) => {
    const path = fresh('png')
    write(path)
    await expect(loadPhoto(path)).rejects.toThrow(message)
  })

  it.each([
    ['32-bit floating-point numbers', 3, 32],
    ['32-bit whole numbers', 2, 32],
    ['32-bit whole numbers', 1, 32],
    ['16 bits with a sign', 2, 16],
  ])('a TIFF of %s (sample format %i, %i bits)', async (received, sampleFormat, bits) => {
    const path = fresh('tif')
    writeFileSync(path, greyTiff(sampleFormat, bits))
    await expect(loadPhoto(path)).rejects.toMatchObject({
      code: 'data',
      facts: { received, where: path, expected: expect.stringMatching(/8 or 16 bits/) },
    })
  })

  it.each(['jpg', 'png', 'webp'])('a .%s that ends half-way', async (ending) => {
    const path = await written(noise(3, false, 300, 200).image, ending)
    truncateSync(path, Math.floor(readFileSync(path).length / 2))
    await expect(loadPhoto(path)).rejects.toMatchObject({ code: 'data' })
  })

  it('no file, a folder, and a giant', async () => {
    await expect(loadPhoto(fresh('jpg'))).rejects.toMatchObject({ code: 'missing' })
    await expect(loadPhoto(folder.path)).rejects.toMatchObject({ code: 'data' })
    const path = await written(smooth().png(), 'png')
    await expect(loadPhoto(path, { mostPixels: 1000 })).rejects.toMatchObject({ code: 'limit' })
  })

  it('a name that says no format, and a file that is there', async () => {
    const path = await written(smooth().png(), 'png')
    const photo = await loadPhoto(path)
    await expect(savePhoto(fresh('bmp'), photo)).rejects.toThrow(/\.png, \.jpg or \.webp/)
    const before = readFileSync(path)
    await expect(savePhoto(path, photo)).rejects.toThrow(/--overwrite/)
    expect(readFileSync(path)).toEqual(before)
    await savePhoto(path, photo, { overwrite: true })
    expect((await loadPhoto(path)).pixels).toEqual(photo.pixels)
  })
})
