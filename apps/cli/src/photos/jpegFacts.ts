import type { LossyFacts } from './photo.ts'

/** ITU-T T.81, table K.1, in zigzag order as files hold it. */
const LUMINANCE = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37,
  29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
  95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
]

/** What a JPEG file says of its compression and density. */
export interface JpegFacts {
  readonly lossy: LossyFacts
  readonly jfifDensity?: Uint8Array
}

/**
 * Reads quantisation tables, sampling and density from the segments before the first scan. Quality is
 * that of the Independent JPEG Group's scale whose luminance table is nearest to the file's; files of
 * encoders with tables of their own (Photoshop, phones) get the quality that loses about as much.
 */
export function jpegFacts(file: Uint8Array): JpegFacts {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const tables = new Map<number, number[]>()
  let table = 0
  let lossy: Omit<LossyFacts, 'quality'> = {}
  let jfifDensity: Uint8Array | undefined
  for (const { marker, start, end } of segments(view)) {
    if (marker === 0xdb) readTables(view, start, end, tables)
    else if (isFrameHeader(marker) && end - start >= 9) {
      const components = view.getUint8(start + 5)
      const sampling = view.getUint8(start + 7)
      table = view.getUint8(start + 8)
      const chromaSubsampling = components === 1 || sampling === 0x22 ? '4:2:0' : '4:4:4'
      lossy = { chromaSubsampling, progressive: marker === 0xc2 }
    } else if (marker === 0xe0 && text(file, start, 5) === 'JFIF\0' && end - start >= 12) {
      jfifDensity = file.slice(start + 7, start + 12)
    }
  }
  const quality = nearestQuality(tables.get(table) ?? tables.get(0) ?? [])
  return {
    lossy: { quality, ...lossy },
    ...(jfifDensity === undefined ? {} : { jfifDensity }),
  }
}

/** What encoders take when nobody says otherwise, for files whose tables cannot be read. */
const USUAL_QUALITY = 90

function nearestQuality(table: readonly number[]): number {
  if (table.length !== 64) return USUAL_QUALITY
  let best = USUAL_QUALITY
  let least = Number.POSITIVE_INFINITY
  for (let quality = 100; quality >= 1; quality--) {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality
    // Ratios, since a step of 1 means much at fine steps and nothing at coarse ones.
    let apart = 0
    for (let i = 0; i < 64; i++) {
      const scaled = Math.floor(((LUMINANCE[i] as number) * scale + 50) / 100)
      const step = Math.max(1, Math.min(255, scaled))
      apart += Math.abs(Math.log((table[i] as number) / step))
    }
    if (apart < least) {
      least = apart
      best = quality
    }
    if (apart === 0) break
  }
  return best
}

function readTables(
  view: DataView,
  start: number,
  end: number,
  tables: Map<number, number[]>,
): void {
  for (let at = start; at < end; ) {
    const head = view.getUint8(at++)
    const wide = head >> 4 !== 0
    if (at + (wide ? 128 : 64) > end) return
    tables.set(
      head & 15,
      Array.from({ length: 64 }, (_, i) =>
        Math.max(1, wide ? view.getUint16(at + i * 2) : view.getUint8(at + i)),
      ),
    )
    at += wide ? 128 : 64
  }
}

/** SOF0 to SOF15, without the three markers in between that are something else. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** One marker segment; its payload lies from `start` to `end`. */
export interface Segment {
  readonly marker: number
  readonly start: number
  readonly end: number
}

/** The marker segments up to the first scan; ends early where the bytes stop making sense. */
export function* segments(view: DataView): Generator<Segment> {
  let at = 2
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return
    const marker = view.getUint8(at + 1)
    // Any number of 0xFF may stand before a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xda || marker === 0xd9) return
    const end = at + 2 + view.getUint16(at + 2)
    if (end < at + 4 || end > view.byteLength) return
    yield { marker, start: at + 4, end }
    at = end
  }
}

function text(file: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...file.subarray(start, start + length))
}
