import { SluiceError } from '../../foundation/errors.ts'
import { decodeUtf8, formatByteCount } from '../tensorBytes.ts'

/** Longest line of a text instruction, and longest integer, in bytes: names and numbers are short. */
const maxLine = 4096
const maxIntegerBytes = 255
const newline = 0x0a

/** Walks over the bytes of a pickle; every step outside them is a `format` error. */
export class PickleCursor {
  /** The next byte to read. */
  at: number
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly where: string

  constructor(bytes: Uint8Array, where: string, at = 0) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.where = where
    this.at = at
  }

  u8(): number {
    return this.view.getUint8(this.step(1))
  }

  u16(): number {
    return this.view.getUint16(this.step(2), true)
  }

  u32(): number {
    return this.view.getUint32(this.step(4), true)
  }

  i32(): number {
    return this.view.getInt32(this.step(4), true)
  }

  /** A 64-bit length; beyond 2⁵³ no file can follow, so it is clamped to something too long. */
  u64(): number {
    return this.u32() + this.u32() * 2 ** 32
  }

  /** A big-endian double: the one big-endian value of the format. */
  f64(): number {
    return this.view.getFloat64(this.step(8), false)
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array {
    const start = this.step(count)
    return this.bytes.subarray(start, start + count)
  }

  text(count: number): string {
    const text = decodeUtf8(this.take(count))
    if (text === undefined) throw this.error('text in the pickle is not UTF-8')
    return text
  }

  /** The text up to the end of the line, which is consumed. */
  line(): string {
    const limit = Math.min(this.bytes.byteLength, this.at + maxLine)
    let end = this.at
    while (end < limit && this.bytes[end] !== newline) end++
    if (end === limit) throw this.error('a line of the pickle does not end')
    const text = this.text(end - this.at)
    this.at = end + 1
    return text
  }

  /** A little-endian two's complement integer of `count` bytes. */
  integer(count: number): number | bigint {
    if (count > maxIntegerBytes) throw this.error(`an integer of ${formatByteCount(count)}`)
    const bytes = this.take(count)
    let hex = '0'
    for (let i = count - 1; i >= 0; i--) hex += (bytes[i] ?? 0).toString(16).padStart(2, '0')
    return plainInteger(BigInt.asIntN(8 * count, BigInt(`0x${hex}`)))
  }

  error(message: string): SluiceError {
    return new SluiceError('format', `${message} (at byte ${this.at} of the pickle)`, {
      where: this.where,
    })
  }

  private step(count: number): number {
    if (count > this.bytes.byteLength - this.at) {
      throw new SluiceError('format', 'the pickle ends too early', {
        where: this.where,
        expected: `${formatByteCount(count)} at byte ${this.at}`,
        received: formatByteCount(this.bytes.byteLength - this.at),
        fix: 'the file is cut off; fetch or save it again',
      })
    }
    const start = this.at
    this.at += count
    return start
  }
}

/** A number where it is exact, else the bigint. */
export function plainInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
