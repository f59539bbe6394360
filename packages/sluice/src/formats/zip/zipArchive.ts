import { SluiceError } from '../../foundation/errors.ts'
import { decodeUtf8, quoteName } from '../tensorBytes.ts'

/**
 * Zip archives as `torch.save` and `numpy.savez` write them, with 64-bit fields where a file is large
 * and padding in the local headers that aligns the data. Sizes come from the central directory, because
 * PyTorch leaves them 0 in the local headers. Opening one copies and unpacks nothing.
 *
 * @see PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 to 4.3.16 and 4.5.3
 */
export interface ZipArchive {
  readonly names: readonly string[]
  /** The entry of that name, undefined where there is none. */
  readonly entry: (name: string) => ZipEntry | undefined
}

/** One file of an archive, as it lies there. */
export interface ZipEntry {
  readonly name: string
  /** How it is packed: 0 as it is, 8 deflated. */
  readonly method: number
  readonly encrypted: boolean
  /** The checksum of the content that the directory states. */
  readonly crc32: number
  /** How long the content is, unpacked. */
  readonly plainBytes: number
  /** A view into the file. */
  readonly packed: Uint8Array
}

const signature = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const
const size = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const
const maxComment = 0xffff
const full16 = 0xffff
const full32 = 0xffffffff
const encryptedFlag = 1

interface Directory {
  readonly count: number
  readonly offset: number
  readonly bytes: number
}

interface CentralEntry {
  readonly name: string
  readonly nameBytes: number
  readonly flags: number
  readonly method: number
  readonly crc32: number
  readonly plainBytes: number
  readonly packedBytes: number
  readonly localOffset: number
  readonly next: number
}

/**
 * Opens a zip archive.
 *
 * @throws SluiceError `format` where the archive is damaged
 */
export function openZip(bytes: Uint8Array, where: string): ZipArchive {
  return new ZipReader(bytes, where).open()
}

class ZipReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly where: string

  constructor(bytes: Uint8Array, where: string) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.where = where
  }

  open(): ZipArchive {
    const directory = this.directory()
    const entries = new Map<string, CentralEntry>()
    const end = directory.offset + directory.bytes
    let at = directory.offset
    let claimed = 0
    for (let i = 0; i < directory.count; i++) {
      const entry = this.centralEntry(at, end)
      if (entries.has(entry.name)) {
        throw this.damaged(`two entries are called ${quoteName(entry.name)}`)
      }
      entries.set(entry.name, entry)
      claimed += size.local + entry.nameBytes + entry.packedBytes
      at = entry.next
    }
    // Whoever reads every entry once then reads no more than the file.
    if (claimed > directory.offset) throw this.damaged('its entries lie over one another')
    if (at !== end) throw this.damaged('the directory is longer than its entries')
    const entry = (name: string): ZipEntry | undefined => {
      const found = entries.get(name)
      return found && this.content(found, directory.offset)
    }
    return { names: [...entries.keys()], entry }
  }

  private directory(): Directory {
    const end = this.findEnd()
    const count = this.u16(end + 10)
    const bytes = this.u32(end + 12)
    const offset = this.u32(end + 16)
    const crowded = count === full16 || bytes === full32 || offset === full32
    const found = crowded ? this.directory64(end) : { count, bytes, offset }
    if (found.offset + found.bytes > end || found.count * size.central > found.bytes) {
      throw this.damaged('the directory does not fit into the file')
    }
    return found
  }

  /** The end record is the last thing in the file but for its own comment. */
  private findEnd(): number {
    const last = this.bytes.byteLength - size.end
    for (let at = last; at >= Math.max(0, last - maxComment); at--) {
      if (this.u32(at) === signature.end && this.u16(at + 20) === last - at) return at
    }
    throw new SluiceError('format', 'the zip archive has no end', {
      where: this.where,
      fix: 'the file is cut off; fetch or save it again',
    })
  }

  private directory64(end: number): Directory {
    const locator = end - size.locator64
    if (locator < 0 || this.u32(locator) !== signature.locator64) {
      throw this.damaged('the 64-bit end record is missing')
    }
    const at = this.u64(locator + 8)
    if (at + size.end64 > locator || this.u32(at) !== signature.end64) {
      throw this.damaged('the 64-bit end record is not where it should be')
    }
    return { count: this.u64(at + 32), bytes: this.u64(at + 40), offset: this.u64(at + 48) }
  }

  private centralEntry(at: number, end: number): CentralEntry {
    if (at + size.central > end || this.u32(at) !== signature.central) {
      throw this.damaged('the directory ends too early')
    }
    const nameBytes = this.u16(at + 28)
    const extra = at + size.central + nameBytes
    const extraEnd = extra + this.u16(at + 30)
    const next = extraEnd + this.u16(at + 32)
    if (next > end) throw this.damaged('the directory ends too early')
    const name = decodeUtf8(this.bytes.subarray(at + size.central, extra))
    if (name === undefined) throw this.damaged('the name of an entry is not UTF-8')
    const packed = this.u32(at + 20)
    const plain = this.u32(at + 24)
    const local = this.u32(at + 42)
    const wide = this.wideFields(extra, extraEnd, [plain, packed, local])
    const [plainBytes = plain, packedBytes = packed, localOffset = local] = wide
    const flags = this.u16(at + 8)
    const method = this.u16(at + 10)
    const crc32 = this.u32(at + 16)
    return { name, nameBytes, flags, method, crc32, plainBytes, packedBytes, localOffset, next }
  }

  /** Fields that are full in 32 bits stand in the extra field 1, in this order, with 64 bits. */
  private wideFields(extra: number, extraEnd: number, narrow: readonly number[]): number[] {
    if (!narrow.includes(full32)) return [...narrow]
    let at = extra
    while (at + 4 <= extraEnd && this.u16(at) !== 1) at += 4 + this.u16(at + 2)
    const end = at + 4 <= extraEnd ? at + 4 + this.u16(at + 2) : at
    at += 4
    return narrow.map((value) => {
      if (value !== full32) return value
      if (at + 8 > Math.min(end, extraEnd)) throw this.damaged('a 64-bit size is missing')
      at += 8
      return this.u64(at - 8)
    })
  }

  private content(entry: CentralEntry, directoryOffset: number): ZipEntry {
    const { name, nameBytes, localOffset: at, packedBytes: bytes } = entry
    const { method, crc32, plainBytes, flags } = entry
    if (method === 0 && plainBytes !== bytes) throw this.damaged(`${quoteName(name)} has two sizes`)
    const nameAt = at + size.local
    if (nameAt > directoryOffset || this.u32(at) !== signature.local) {
      throw this.damaged(`${quoteName(name)} is not where the directory says`)
    }
    const start = nameAt + this.u16(at + 26) + this.u16(at + 28)
    if (start + bytes > directoryOffset) {
      throw this.damaged(`${quoteName(name)} claims more bytes than the file has`)
    }
    const localName = decodeUtf8(this.bytes.subarray(nameAt, nameAt + nameBytes))
    if (this.u16(at + 26) !== nameBytes || localName !== name) {
      throw this.damaged(`${quoteName(name)} has two names`)
    }
    const packed = this.bytes.subarray(start, start + bytes)
    return { name, method, encrypted: (flags & encryptedFlag) !== 0, crc32, plainBytes, packed }
  }

  private u16(at: number): number {
    return this.view.getUint16(at, true)
  }

  private u32(at: number): number {
    return this.view.getUint32(at, true)
  }

  private u64(at: number): number {
    const value = this.u32(at) + this.u32(at + 4) * 2 ** 32
    if (!Number.isSafeInteger(value)) throw this.damaged('a size or place is beyond any file')
    return value
  }

  private damaged(message: string): SluiceError {
    return new SluiceError('format', `the zip archive is damaged: ${message}`, {
      where: this.where,
      fix: 'fetch or save the file again',
    })
  }
}
