import type { LossyFacts } from './photo.ts'
import { riffChunks } from './riffChunks.ts'

/**
 * How a still WebP file was compressed; undefined when it loses nothing. The quality is what
 * libwebp's encoder would have been asked for to quantise as coarsely as this file.
 */
export function webpLossyFacts(file: Uint8Array): LossyFacts | undefined {
  for (const { type, data } of riffChunks(file)) {
    if (type === 'VP8L') return undefined
    if (type === 'VP8 ') return { quality: qualityOf(meanQuantiser(data)) }
    // The first frame of an animation has the same chunks 16 bytes in.
    if (type === 'ANMF') {
      const frame = new Uint8Array(data.length - 4)
      frame.set(data.subarray(16), 12)
      return webpLossyFacts(frame)
    }
  }
  return undefined
}

/** libwebp's `QualityToCompression` (src/enc/quant_enc.c), turned round. */
function qualityOf(quantiser: number): number {
  const linear = (1 - quantiser / 127) ** 3
  const quality = linear < 0.5 ? linear * 1.5 : (linear + 1) / 2
  return Math.max(1, Math.min(100, Math.round(quality * 100)))
}

/** Half way of 0 to 127, for files whose header ends too early: decoding will refuse them anyway. */
const MIDDLE = 64

/** The quantiser index of a VP8 key frame, 0 to 127; of all segments the mean (RFC 6386, 9.2 to 9.6). */
function meanQuantiser(frame: Uint8Array): number {
  if (frame.length < 20) return MIDDLE
  const bits = new BoolDecoder(frame.subarray(10))
  bits.skip(2)
  let segments: number[] = []
  let absolute = false
  if (bits.flag()) {
    const hasMap = bits.flag()
    if (bits.flag()) {
      absolute = bits.flag()
      segments = [0, 1, 2, 3].map(() => bits.optional(7))
      for (let i = 0; i < 4; i++) bits.optional(6)
    }
    if (hasMap) for (let i = 0; i < 3; i++) if (bits.flag()) bits.skip(8)
  }
  bits.skip(10)
  if (bits.flag() && bits.flag()) for (let i = 0; i < 8; i++) bits.optional(6)
  bits.skip(2)
  const base = bits.number(7)
  if (segments.length === 0) return base
  const values = segments.map((value) => (absolute ? value : base + value))
  return values.reduce((sum, value) => sum + Math.max(0, Math.min(127, value)), 0) / values.length
}

/** The arithmetic decoder of VP8 (RFC 6386, 7.3) at even odds, which is all that headers use. */
class BoolDecoder {
  private readonly data: Uint8Array
  private at = 2
  private value: number
  private range = 255
  private shifted = 0

  constructor(data: Uint8Array) {
    this.data = data
    this.value = ((data[0] ?? 0) << 8) | (data[1] ?? 0)
  }

  flag(): boolean {
    const split = 1 + (((this.range - 1) * 128) >> 8)
    const set = this.value >= split << 8
    if (set) {
      this.range -= split
      this.value -= split << 8
    } else this.range = split
    while (this.range < 128) {
      this.value <<= 1
      this.range <<= 1
      if (++this.shifted === 8) {
        this.shifted = 0
        this.value |= this.data[this.at++] ?? 0
      }
    }
    return set
  }

  number(bits: number): number {
    let value = 0
    for (let i = 0; i < bits; i++) value = value * 2 + (this.flag() ? 1 : 0)
    return value
  }

  skip(bits: number): void {
    this.number(bits)
  }

  /** A number with a sign behind it, if a flag says that there is one. */
  optional(bits: number): number {
    if (!this.flag()) return 0
    const value = this.number(bits)
    return this.flag() ? -value : value
  }
}
