import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../clips/media.test.support.ts'
import { attachMetadata } from './attachMetadata.ts'
import { jfifOf, physOf } from './density.ts'
import { loadPhoto } from './loadPhoto.ts'
import type { PhotoMetadata } from './photo.ts'
import { pngChunk, pngChunks } from './pngChunks.ts'
import { savePhoto } from './savePhoto.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
let files = 0
const fresh = (ending: string) => join(folder.path, `${files++}.${ending}`)

const FORMATS = ['jpeg', 'png', 'webp'] as const
type Format = (typeof FORMATS)[number]

const plain = (): Sharp =>
  sharp({ create: { width: 48, height: 32, channels: 3, background: '#4a7' } })

/** A file with this metadata, as cameras and image programs write it. */
async function source(format: Format, metadata: PhotoMetadata): Promise<string> {
  const path = fresh(format)
  writeFileSync(path, attachMetadata(format, await plain().toFormat(format).toBuffer(), metadata))
  return path
}

async function saved(path: string, ending: string) {
  const copy = fresh(ending)
  const { notes } = await savePhoto(copy, await loadPhoto(path))
  return { copy, notes: notes.join('\n'), facts: await sharp(copy).metadata() }
}

/** EXIF with an orientation and the thumbnail of a camera: a small JPEG behind a second directory. */
function cameraExif(thumbnail: Uint8Array, orientation = 1): Uint8Array {
  const exif = new Uint8Array(8 + 18 + 30 + thumbnail.length)
  const view = new DataView(exif.buffer)
  const entry = (at: number, tag: number, type: number, value: number): void => {
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setUint32(at + 4, 1, true)
    view.setUint32(at + 8, value, true)
  }
  exif.set([0x49, 0x49, 42, 0, 8])
  view.setUint16(8, 1, true)
  entry(10, 0x0112, 3, orientation)
  view.setUint32(22, 26, true)
  view.setUint16(26, 2, true)
  entry(28, 0x0201, 4, 56)
  entry(40, 0x0202, 4, thumbnail.length)
  exif.set(thumbnail, 56)
  return exif
}

describe('the thumbnail in EXIF', () => {
  const pairs = FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const))
  it.each(pairs)('of a %s is in no .%s of it', async (from, to) => {
    const thumbnail = await plain().resize(16).jpeg().toBuffer()
    const path = await source(from, { exif: cameraExif(thumbnail) })
    expect(readFileSync(path).includes(thumbnail)).toBe(true)
    const { copy, facts } = await saved(path, to)
    const written = readFileSync(copy)
    expect(facts.exif).toBeDefined()
    expect(written.includes(thumbnail)).toBe(false)
    // Nor any part of it that would still show something.
    const scan = thumbnail.subarray(thumbnail.length - 24)
    expect(written.includes(scan)).toBe(false)
  })
})

describe('other copies of the picture as it was', () => {
  const gone = 'c2VjcmV0IHBpY3R1cmU='
  const packet = (thumbnail: string) =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:li xmpGImg:image="${thumbnail}"/>` +
    `<xmpGImg:image>${thumbnail}</xmpGImg:image><dc:title>kept ü</dc:title></x:xmpmeta>`

  it.each(FORMATS)('thumbnails in the XMP of a %s are emptied, all else stays', async (from) => {
    const path = await source(from, { xmp: Buffer.from(packet(gone)) })
    for (const to of FORMATS) {
      const { copy, facts } = await saved(path, to)
      expect(readFileSync(copy).includes(gone)).toBe(false)
      expect(facts.xmp?.toString()).toBe(packet(''))
    }
  })

  it("ImageMagick's EXIF in the text of a PNG is left behind, other text is not", async () => {
    const text = (words: string) => pngChunk('tEXt', Buffer.from(words, 'latin1'))
    const chunks = [text('Raw profile type exif\0\nexif\n 4\nffd8ffd9'), text('Title\0a title')]
    const path = await source('png', { pngChunks: chunks })
    const { copy } = await saved(path, 'png')
    expect((await loadPhoto(path)).notes.join()).toMatch(/in the form of text/)
    expect((await loadPhoto(copy)).notes).toEqual([])
    expect(readFileSync(copy).includes('Raw profile')).toBe(false)
    expect(readFileSync(copy).includes('a title')).toBe(true)
  })
})

describe('what a format has no room for', () => {
  const large = 70_000

  it.each(['png', 'webp'] as const)(
    'is said: EXIF above 64 KiB of a %s, in JPEG',
    async (format) => {
      const exif = cameraExif(new Uint8Array(large), 6)
      const path = await source(format, { exif })
      const { notes, facts } = await saved(path, 'jpg')
      expect(notes).toMatch(/the EXIF is left out: it has 68\.4 KiB, and JPEG holds 64\.0 KiB/)
      expect(facts.exif).toBeUndefined()
      // Upright all the same: the pixels are turned instead.
      expect([facts.width, facts.height]).toEqual([32, 48])
      expect((await saved(path, format)).notes).not.toMatch(/left out/)
    },
  )

  it('is said: XMP above 64 KiB, in JPEG, where EXIF fits', async () => {
    const xmp = Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${' '.repeat(large)}</x:xmpmeta>`)
    const path = await source('webp', { xmp, exif: cameraExif(new Uint8Array(8)) })
    const { notes, facts } = await saved(path, 'jpg')
    expect(notes).toMatch(/the XMP is left out[^\n]*\.png or \.webp holds all of it/)
    expect([facts.xmp, facts.exif?.length]).toEqual([undefined, 70])
  })

  it('is said: an IPTC record in PNG and WebP', async () => {
    const iptc = Uint8Array.of(0x1c, 2, 80, 0, 3, 97, 98, 99)
    const path = await source('jpeg', { iptc })
    for (const ending of ['png', 'webp']) {
      expect((await saved(path, ending)).notes).toMatch(/the IPTC record is left out/)
    }
    const again = await saved(path, 'jpg')
    expect(again.notes).not.toMatch(/left out/)
    expect((await loadPhoto(again.copy)).source.metadata.iptc).toEqual(Buffer.from(iptc))
  })
})

describe('how large a pixel is', () => {
  const inch = Uint8Array.of(1, 300 >> 8, 300 & 255, 300 >> 8, 300 & 255)

  it.each([
    ['jpeg', 'jpg'],
    ['jpeg', 'png'],
    ['png', 'jpg'],
    ['png', 'png'],
  ] as const)('goes from a %s into a .%s', async (from, to) => {
    const path = await source(from, { jfifDensity: inch })
    expect((await sharp(path).metadata()).density).toBe(300)
    const { copy, facts } = await saved(path, to)
    expect(facts.density).toBe(300)
    const headers =
      readFileSync(copy)
        .toString('latin1')
        .match(/JFIF\0/g) ?? []
    expect(headers).toHaveLength(to === 'jpg' ? 1 : 0)
    const chunks = to === 'png' ? [...pngChunks(readFileSync(copy))] : []
    expect(chunks.filter(({ type }) => type === 'pHYs')).toHaveLength(to === 'png' ? 1 : 0)
    await sharp(copy, { failOn: 'warning' }).raw().toBuffer()
  })

  it('is not made up where the file does not say it', async () => {
    const { copy } = await saved(await source('jpeg', {}), 'png')
    expect([...pngChunks(readFileSync(copy))].some(({ type }) => type === 'pHYs')).toBe(false)
    expect(physOf(new Uint8Array(5))).toBeUndefined()
    expect(jfifOf(new Uint8Array(9))).toBeUndefined()
    expect(jfifOf(new Uint8Array(3))).toBeUndefined()
  })

  it('is the same there and back, in inches, centimetres and proportions', () => {
    expect(jfifOf(physOf(inch) ?? inch)).toEqual(inch)
    expect(jfifOf(physOf(Uint8Array.of(0, 0, 4, 0, 3)) ?? inch)).toEqual(
      Uint8Array.of(0, 0, 4, 0, 3),
    )
    // 100 dots per centimetre are 254 per inch.
    expect(jfifOf(physOf(Uint8Array.of(2, 0, 100, 0, 100)) ?? inch)).toEqual(
      Uint8Array.of(1, 0, 254, 0, 254),
    )
  })
})
