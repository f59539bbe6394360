import { describe, expect, it } from 'vitest'
import { attachMetadata } from './attachMetadata.ts'
import { withoutMarker, withoutThumbnail } from './exif.ts'
import { iptcRecord, photoshopBlock } from './iptc.ts'
import { pngChunk, pngChunks, pngFrames } from './pngChunks.ts'
import { riffChunks, webpFile } from './riffChunks.ts'

/** EXIF of one tag, with a second directory that names a thumbnail of eight bytes. */
function exifWithThumbnail(little: boolean): Uint8Array {
  const exif = new Uint8Array(70)
  const view = new DataView(exif.buffer)
  const entry = (at: number, tag: number, value: number): void => {
    view.setUint16(at, tag, little)
    view.setUint16(at + 2, 4, little)
    view.setUint32(at + 4, 1, little)
    view.setUint32(at + 8, value, little)
  }
  view.setUint16(0, little ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, little)
  view.setUint32(4, 8, little)
  view.setUint16(8, 1, little)
  entry(10, 0x0112, 6)
  view.setUint32(22, 26, little)
  view.setUint16(26, 2, little)
  entry(28, 0x0201, 60)
  entry(40, 0x0202, 8)
  exif.fill(0xab, 60, 68)
  return exif
}

describe('EXIF', () => {
  it.each([true, false])('loses its thumbnail and nothing else, little-endian %s', (little) => {
    const exif = exifWithThumbnail(little)
    const clean = withoutThumbnail(exif)
    expect(clean.length).toBe(exif.length)
    expect(clean.includes(0xab)).toBe(false)
    const expected = exif.slice()
    expected.fill(0, 22, 26)
    expected.fill(0, 60, 68)
    expect(clean).toEqual(expected)
    expect(withoutThumbnail(clean)).toEqual(clean)
  })

  it.each([true, false])('in the midst of a Node buffer as well, little-endian %s', (little) => {
    const exif = exifWithThumbnail(little)
    const file = Buffer.concat([Buffer.alloc(13, 0x11), exif, Buffer.alloc(7, 0x22)])
    const before = Buffer.from(file)
    const clean = withoutThumbnail(file.subarray(13, 13 + exif.length))
    expect(clean).toEqual(withoutThumbnail(exif))
    expect(file).toEqual(before)
  })

  it('loses a thumbnail that is not compressed: strips of pixels', () => {
    const exif = exifWithThumbnail(false)
    const view = new DataView(exif.buffer)
    // Two strips of four bytes; lengths are 16-bit numbers that stand in the entry itself.
    view.setUint16(28, 0x0111)
    view.setUint16(30, 3)
    view.setUint32(32, 2)
    view.setUint16(36, 60)
    view.setUint16(38, 64)
    view.setUint16(40, 0x0117)
    view.setUint16(42, 3)
    view.setUint32(44, 2)
    view.setUint16(48, 4)
    view.setUint16(50, 4)
    expect(withoutThumbnail(exif).includes(0xab)).toBe(false)
  })

  it('that makes no sense is left as it is', () => {
    for (const bytes of [[], [1, 2, 3], [0x49, 0x49, 42, 0, 255, 255, 255, 255]]) {
      const exif = Uint8Array.from(bytes)
      expect(withoutThumbnail(exif)).toEqual(exif)
    }
    // A thumbnail that is said to lie behind the end.
    const wrong = exifWithThumbnail(true)
    new DataView(wrong.buffer).setUint32(36, 2 ** 31, true)
    expect(withoutThumbnail(wrong).length).toBe(wrong.length)
    expect([...withoutMarker(Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0, 7))]).toEqual([7])
  })
})

describe("Photoshop's block", () => {
  it('gives its IPTC record alone', () => {
    const record = Uint8Array.of(0x1c, 2, 80, 0, 3, 97, 98)
    const block = photoshopBlock(record)
    expect(iptcRecord(block)).toEqual(record)
    expect(iptcRecord(record)).toEqual(record)
    // A thumbnail stands in front.
    const thumbnail = [0x38, 0x42, 0x49, 0x4d, 4, 12, 0, 0, 0, 0, 0, 3, 9, 9, 9, 0]
    const both = Uint8Array.from([...block.subarray(0, 14), ...thumbnail, ...block.subarray(14)])
    expect(iptcRecord(both)).toEqual(record)
    expect(iptcRecord(both.subarray(0, 30))).toBeUndefined()
    expect(iptcRecord(block.subarray(0, 20))).toBeUndefined()
  })
})

describe('chunks', () => {
  it('of PNG are read and written, and end where the file does', () => {
    const head = new Uint8Array(8)
    const parts = [
      pngChunk('IHDR', new Uint8Array(13)),
      pngChunk('acTL', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0)),
    ]
    const file = new Uint8Array(Buffer.concat([head, ...parts]))
    expect([...pngChunks(file)].map(({ type, data }) => [type, data.length])).toEqual([
      ['IHDR', 13],
      ['acTL', 8],
    ])
    expect(pngFrames(file)).toBe(4)
    expect(pngFrames(file.subarray(0, file.length - 1))).toBe(1)
  })

  it('of RIFF are padded to even lengths', () => {
    const chunks = [
      { type: 'VP8X', data: new Uint8Array(10) },
      { type: 'ICCP', data: Uint8Array.of(1, 2, 3) },
      { type: 'VP8L', data: Uint8Array.of(0x2f, 0, 0, 0, 0) },
    ]
    const file = webpFile(chunks)
    expect(file.length % 2).toBe(0)
    expect([...riffChunks(file)]).toEqual(chunks)
    const again = attachMetadata('webp', file, { exif: Uint8Array.of(5) })
    expect([...riffChunks(again)].map(({ type }) => type)).toEqual(['VP8X', 'VP8L', 'EXIF'])
  })
})
