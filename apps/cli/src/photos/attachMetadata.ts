import { deflateSync } from 'node:zlib'
import { physOf } from './density.ts'
import { joined, LARGEST_SEGMENT, segmentPayload } from './fittingMetadata.ts'
import type { PhotoMetadata } from './photo.ts'
import { pngChunk, pngChunks } from './pngChunks.ts'
import { type RiffChunk, riffChunks, webpFile } from './riffChunks.ts'

/**
 * Puts metadata into an encoded file that has none, byte for byte. The image library could do it as
 * well, but converts the pixels to the profile on the way and writes EXIF anew. What the format has no
 * room for must be left out before (`fittingMetadata`).
 */
export function attachMetadata(
  format: 'jpeg' | 'png' | 'webp',
  file: Uint8Array,
  metadata: PhotoMetadata,
): Uint8Array {
  if (format === 'jpeg') return jpegWith(file, metadata)
  return format === 'png' ? pngWith(file, metadata) : webpWith(file, metadata)
}

function jpegWith(file: Uint8Array, metadata: PhotoMetadata): Uint8Array {
  const { icc, exif, xmp, iptc, jfifDensity } = metadata
  const added: Uint8Array[] = []
  // The JFIF header has to come first; the encoder writes none. Version 1.01, no thumbnail.
  if (jfifDensity !== undefined) {
    const [version, thumbnail] = [Uint8Array.of(1, 1), Uint8Array.of(0, 0)]
    added.push(segmentOf(0xe0, joined(['JFIF\0', version, jfifDensity, thumbnail])))
  }
  if (exif !== undefined) added.push(segmentOf(0xe1, segmentPayload.exif(exif)))
  if (xmp !== undefined) added.push(segmentOf(0xe1, segmentPayload.xmp(xmp)))
  if (icc !== undefined) {
    const room = LARGEST_SEGMENT - 14
    const count = Math.ceil(icc.length / room)
    for (let i = 0; i < count; i++) {
      const place = Uint8Array.of(i + 1, count)
      const part = icc.subarray(i * room, (i + 1) * room)
      added.push(segmentOf(0xe2, joined(['ICC_PROFILE\0', place, part])))
    }
  }
  if (iptc !== undefined) added.push(segmentOf(0xed, segmentPayload.iptc(iptc)))
  return joined([file.subarray(0, 2), ...added, file.subarray(2)])
}

function segmentOf(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2
  return joined([Uint8Array.of(0xff, marker, length >> 8, length & 255), payload])
}

function pngWith(file: Uint8Array, metadata: PhotoMetadata): Uint8Array {
  const { icc, exif, xmp, jfifDensity, pngChunks: kept } = metadata
  const added: Uint8Array[] = [...(kept ?? [])]
  if (kept === undefined) {
    // Compression method 0 and a name are what the format asks for.
    if (icc !== undefined)
      added.push(pngChunk('iCCP', joined(['ICC profile\0\0', deflateSync(icc)])))
    if (exif !== undefined) added.push(pngChunk('eXIf', exif))
    if (xmp !== undefined) {
      added.push(pngChunk('iTXt', joined(['XML:com.adobe.xmp\0\0\0\0\0', xmp])))
    }
    const phys = jfifDensity === undefined ? undefined : physOf(jfifDensity)
    if (phys !== undefined) added.push(pngChunk('pHYs', phys))
  }
  // Signature and IHDR come first and are 33 bytes together.
  // The encoder says 72 dots per inch of everything, which is nowhere in the source.
  const [, ...rest] = [...pngChunks(file)].filter(({ type }) => type !== 'pHYs')
  return joined([file.subarray(0, 33), ...added, ...rest.map(({ whole }) => whole)])
}

const ALPHA = 0x10

function webpWith(file: Uint8Array, { icc, exif, xmp }: PhotoMetadata): Uint8Array {
  if (icc === undefined && exif === undefined && xmp === undefined) return file
  const chunks = [...riffChunks(file)]
  const extended = chunks.find(({ type }) => type === 'VP8X')?.data
  const header = extended === undefined ? extendedHeader(chunks) : Uint8Array.from(extended)
  header[0] =
    ((header[0] as number) & ALPHA) |
    (icc === undefined ? 0 : 0x20) |
    (exif === undefined ? 0 : 0x08) |
    (xmp === undefined ? 0 : 0x04)
  const chunk = (type: string, data?: Uint8Array): RiffChunk[] =>
    data === undefined ? [] : [{ type, data }]
  return webpFile([
    { type: 'VP8X', data: header },
    ...chunk('ICCP', icc),
    ...chunks.filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type)),
    ...chunk('EXIF', exif),
    ...chunk('XMP ', xmp),
  ])
}

/** The header of WebP's extended form, for a file of the simple form: flags, then the size less 1. */
function extendedHeader(chunks: readonly RiffChunk[]): Uint8Array {
  const header = new Uint8Array(10)
  for (const { type, data } of chunks) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    let size: readonly [width: number, height: number] | undefined
    if (type === 'VP8 ') size = [view.getUint16(6, true) & 0x3fff, view.getUint16(8, true) & 0x3fff]
    if (type === 'VP8L') {
      const bits = view.getUint32(1, true)
      size = [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1]
      header[0] = (bits >> 28) & 1 ? ALPHA : 0
    }
    if (size === undefined) continue
    size.forEach((length, i) => {
      for (let byte = 0; byte < 3; byte++) header[4 + i * 3 + byte] = (length - 1) >> (8 * byte)
    })
  }
  return header
}
