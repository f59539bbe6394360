import { crc32 } from 'node:zlib'
import { jfifOf } from './density.ts'
import { withoutThumbnail } from './exif.ts'
import { withoutXmpThumbnails } from './xmp.ts'

/** One chunk of a PNG file: four letters and what it holds. `whole` is all of it, as it stands. */
export interface PngChunk {
  readonly type: string
  readonly data: Uint8Array
  readonly whole: Uint8Array
}

/** The chunks of a PNG file, until the end or until the bytes stop making sense. */
export function* pngChunks(file: Uint8Array): Generator<PngChunk> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 8; at + 12 <= file.length; ) {
    const length = view.getUint32(at)
    const end = at + 12 + length
    if (end > file.length) return
    yield {
      type: String.fromCharCode(...file.subarray(at + 4, at + 8)),
      data: file.subarray(at + 8, at + 8 + length),
      whole: file.subarray(at, end),
    }
    at = end
  }
}

/** A chunk as a file holds it, with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(12 + data.length)
  const view = new DataView(whole.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) whole[4 + i] = type.charCodeAt(i)
  whole.set(data, 8)
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)))
  return whole
}

/**
 * What is taken over from PNG to PNG as it is: how colours are meant, how large a pixel is, and text.
 * Nothing that depends on the colour type, which may change, and no dates.
 */
const KEPT = new Set('iCCP sRGB gAMA cHRM cICP mDCV cLLI pHYs tEXt zTXt iTXt'.split(' '))

/** The chunks of a source that its filled copy should have as well. */
export function keptChunks(file: Uint8Array): Uint8Array[] {
  const kept: Uint8Array[] = []
  for (const { type, data, whole } of pngChunks(file)) {
    if (type === 'eXIf') kept.push(pngChunk(type, withoutThumbnail(data)))
    else if (type === 'iTXt') kept.push(pngChunk(type, withoutXmpThumbnails(data)))
    else if (KEPT.has(type) && !isHexProfile(data)) kept.push(Uint8Array.from(whole))
  }
  return kept
}

/** Whether a file holds EXIF or Photoshop's resources as text, which `keptChunks` leaves out. */
export function hasHexProfile(file: Uint8Array): boolean {
  return [...pngChunks(file)].some(({ type, data }) => /^[tz]EXt$/.test(type) && isHexProfile(data))
}

/** In hexadecimal digits, as ImageMagick writes them: thumbnails would come along unseen. */
function isHexProfile(text: Uint8Array): boolean {
  const start = String.fromCharCode(...text.subarray(0, 24))
  return /^Raw profile type (exif|app1|8bim|iptc)\0/i.test(start)
}

/** How large a pixel is, as JFIF says it. */
export function pngDensity(file: Uint8Array): Uint8Array | undefined {
  for (const { type, data } of pngChunks(file)) {
    if (type === 'IDAT') return undefined
    if (type === 'pHYs') return jfifOf(data)
  }
  return undefined
}

/** Frames of an animated PNG as its `acTL` chunk says; 1 for others. */
export function pngFrames(file: Uint8Array): number {
  for (const { type, data } of pngChunks(file)) {
    if (type === 'IDAT') return 1
    if (type === 'acTL' && data.length >= 4) {
      return new DataView(data.buffer, data.byteOffset).getUint32(0)
    }
  }
  return 1
}
