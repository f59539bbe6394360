import type { Random } from '../foundation/random.ts'

const telling = [0, 1, 0x28, 0x2e, 0x51, 0x52, 0x7f, 0x80, 0xff]

/** One to eight small changes: the kinds that break parsers. */
export function mutateBytes(source: Uint8Array, random: Random): Uint8Array {
  let bytes = source.slice()
  const changes = 1 + random.integer(8)
  for (let change = 0; change < changes; change++) {
    const at = random.integer(bytes.length)
    const length = 1 + random.integer(Math.min(16, bytes.length - at))
    switch (random.integer(6)) {
      case 0:
        bytes[at] = random.integer(256)
        break
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8))
        break
      case 2:
        bytes.fill(telling[random.integer(telling.length)] ?? 0, at, at + length)
        break
      case 3:
        bytes.copyWithin(at, random.integer(bytes.length), random.integer(bytes.length))
        break
      case 4:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)])
        break
      default:
        bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)])
    }
    if (bytes.length === 0) return bytes
  }
  return bytes
}
