import { SluiceError } from '../../foundation/errors.ts'
import { allocateBytes, formatByteCount } from '../tensorBytes.ts'
import { crc32 } from './crc32.ts'
import type { ZipEntry } from './zipArchive.ts'

/** Deflate packs runs of one byte 1032 times smaller at best; a claim beyond that is a lie. */
const mostExpansion = 1032

/**
 * The content of an entry, stored or deflated, with its checksum compared. Unpacking is the platform's
 * own (`DecompressionStream`: browsers, and Node from 20.12), read piece by piece, so that no more is
 * ever held than the directory stated.
 *
 * @throws SluiceError `format` when the entry is damaged, `unsupported` when it is packed otherwise
 */
export async function unpackEntry(entry: ZipEntry, where: string): Promise<Uint8Array> {
  const plain = entry.method === 0 ? entry.packed : await inflate(entry, where)
  if (crc32(plain) !== entry.crc32) throw damaged(where, 'its checksum differs')
  return plain
}

async function inflate(entry: ZipEntry, where: string): Promise<Uint8Array> {
  const { method, encrypted, packed, plainBytes } = entry
  if (method !== 8 || encrypted) {
    throw new SluiceError('unsupported', `packed in a way that is not read`, {
      where,
      expected: 'stored or deflated, without a password',
      received: encrypted ? 'an encrypted entry' : `method ${method}`,
    })
  }
  if (plainBytes > packed.byteLength * mostExpansion + 64) {
    throw damaged(
      where,
      `${formatByteCount(plainBytes)} cannot come of ${formatByteCount(packed.byteLength)}`,
    )
  }
  const stream = new DecompressionStream('deflate-raw')
  const writer = stream.writable.getWriter()
  // What goes wrong is seen by the reader as well, which is the one that reports it.
  writer.write(new Uint8Array(packed)).catch(() => {})
  writer.close().catch(() => {})
  const reader = stream.readable.getReader()
  const out = allocateBytes(plainBytes, where)
  let filled = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (filled + value.byteLength > plainBytes) throw damaged(where, 'it is longer than stated')
      out.set(value, filled)
      filled += value.byteLength
    }
  } catch (cause) {
    await reader.cancel().catch(() => {})
    if (cause instanceof SluiceError) throw cause
    throw damaged(where, 'it cannot be unpacked', cause)
  }
  if (filled !== plainBytes) throw damaged(where, 'it is shorter than stated')
  return out
}

function damaged(where: string, message: string, cause?: unknown): SluiceError {
  return new SluiceError('format', `the entry of the archive is damaged: ${message}`, {
    where,
    fix: 'fetch or save the file again',
    ...(cause === undefined ? {} : { cause }),
  })
}
