import { readFileSync } from 'node:fs'

/** An event of a TensorBoard file, as a reader of its own sees it. */
export interface ReadEvent {
  wallTime: number
  step: number
  fileVersion?: string
  sessionStart?: boolean
  readonly scalars: Record<string, number>
}

/** CRC-32C bit by bit: slow, and nothing in common with the table that wrote the files. */
function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff
  for (const byte of bytes) {
    rest ^= byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1
  }
  return (rest ^ 0xffffffff) >>> 0
}

function requireChecksum(bytes: Uint8Array, masked: number): void {
  const turned = (masked - 0xa282ead8) >>> 0
  const sum = ((turned >>> 17) | (turned << 15)) >>> 0
  if (sum !== crc32c(bytes)) throw new Error('a checksum is wrong')
}

/** Fields of a protocol buffer: number, and the value or the bytes. */
function* fieldsOf(bytes: Uint8Array): Generator<[number, number | Uint8Array]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const type = key % 8
    const number = Math.floor(key / 8)
    if (type === 0) yield [number, varint()]
    else if (type === 1) {
      yield [number, view.getFloat64(at, true)]
      at += 8
    } else if (type === 5) {
      yield [number, view.getFloat32(at, true)]
      at += 4
    } else {
      const length = varint()
      yield [number, bytes.subarray(at, at + length)]
      at += length
    }
  }
}

const text = (value: unknown): string => new TextDecoder().decode(value as Uint8Array)

function eventOf(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: 0, step: 0, scalars: {} }
  for (const [number, value] of fieldsOf(bytes)) {
    if (number === 1) event.wallTime = Number(value)
    else if (number === 2) event.step = Number(value)
    else if (number === 3) event.fileVersion = text(value)
    else if (number === 7) event.sessionStart = true
    else {
      for (const [, one] of fieldsOf(value as Uint8Array)) {
        const parts = new Map(fieldsOf(one as Uint8Array))
        event.scalars[text(parts.get(1))] = Number(parts.get(2))
      }
    }
  }
  return event
}

/** Reads an event file, checking every checksum. */
export function readEvents(path: string): ReadEvent[] {
  const file = readFileSync(path)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const events: ReadEvent[] = []
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at, true)
    requireChecksum(file.subarray(at, at + 8), view.getUint32(at + 8, true))
    const bytes = file.subarray(at + 12, at + 12 + length)
    requireChecksum(bytes, view.getUint32(at + 12 + length, true))
    events.push(eventOf(bytes))
    at += length + 16
  }
  return events
}
