import { refuseForeignFile } from '../foreignFiles.ts'
import { readLegacyFile } from './legacyFile.ts'
import { type TorchLimits, torchLimits } from './limits.ts'
import type { TorchValue } from './torchValue.ts'
import { readZipFile } from './zipFile.ts'

/** What `torch.save` was given, as plain data. */
export interface TorchFile {
  /** What to call the file in errors. */
  readonly where: string
  readonly value: TorchValue
  /** 'zip' since PyTorch 1.6, 'legacy' before. */
  readonly format: 'zip' | 'legacy'
}

/**
 * Reads a file that `torch.save` wrote, of any version since 0.1.10, without running anything in
 * it: names outside an allow-list are refused. Every tensor has memory of its own, row-major.
 *
 * @param bytes the whole file
 * @param where what to call the file in errors
 * @param limits how much the file may make us do; by default in proportion to its size
 * @throws SluiceError `refused` (asks for code or a whole module), `format` (damaged, or another
 *   kind of file), `limit`, `unsupported` (complex, quantised or sparse tensors, big-endian data)
 */
export function readTorch(
  bytes: Uint8Array,
  where: string,
  limits: Partial<TorchLimits> = {},
): TorchFile {
  const allowed = torchLimits(bytes.byteLength, limits)
  if (looksLikeZip(bytes))
    return { where, value: readZipFile(bytes, where, allowed), format: 'zip' }
  if (!looksLikePickle(bytes)) refuseForeignFile(bytes, where)
  return { where, value: readLegacyFile(bytes, where, allowed), format: 'legacy' }
}

/** `PK`, then the signature of an entry, or of the end of an archive without any. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  const [p, k, kind] = bytes
  return p === 0x50 && k === 0x4b && (kind === 3 || kind === 5)
}

/** PROTO and a version; the old format in protocol 0 or 1 starts with the magic number's digits. */
export function looksLikePickle(bytes: Uint8Array): boolean {
  const [proto, version] = bytes
  if (proto === 0x80 && version !== undefined && version <= 5) return true
  return legacyDigits.every((digit, i) => bytes[i] === digit)
}

const legacyDigits = Array.from('L119547037146038801333356L', (digit) => digit.charCodeAt(0))
