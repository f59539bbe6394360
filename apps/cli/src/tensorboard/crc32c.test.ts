import { describe, expect, it } from 'vitest'
import { crc32c, maskedCrc32c } from './crc32c.ts'
import { tfRecord } from './eventFile.ts'

describe('CRC-32C', () => {
  it('gives the examples of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
  })
  it('masked stands twice in a record: after the length and after the bytes', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const record = tfRecord(bytes)
    const view = new DataView(record.buffer)
    expect(record).toHaveLength(19)
    expect(view.getUint32(8, true)).toBe(maskedCrc32c(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0)))
    expect(view.getUint32(15, true)).toBe(maskedCrc32c(bytes))
  })
})
