import { SluiceError } from '../../foundation/errors.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { elementsOf, formatByteCount, quoteName } from '../tensorBytes.ts'
import { readSafetensorsHeader, type SafetensorsHeader } from './header.ts'

/** The tensors of a safetensors file in the order of its header, and its `__metadata__`. */
export interface SafetensorsFile {
  readonly tensors: NamedTensors
  readonly metadata: Record<string, string>
}

/**
 * Reads a safetensors file, to the letter of the specification. Tensors are views into `bytes`
 * where they lie on an element's boundary (all do, in files that Sluice wrote), else copies: change
 * neither while the other is in use.
 *
 * @param bytes the whole file
 * @param where what to call the file in errors
 * @throws SluiceError `format`, `limit` or `unsupported`; always before allocating what was claimed
 */
export function readSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const header = readSafetensorsHeader(bytes, where)
  const available = bytes.byteLength - header.dataStart
  if (available !== header.dataBytes) throw wrongLength(header, available, where)
  const tensors: NamedTensors = new Map()
  const data = bytes.subarray(header.dataStart)
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    tensors.set(name, { dtype, shape, data: elementsOf(dtype, data.subarray(begin, end)) })
  }
  return { tensors, metadata: header.metadata }
}

function wrongLength(header: SafetensorsHeader, available: number, where: string): SluiceError {
  for (const [name, { begin, end }] of header.tensors) {
    if (end <= available) continue
    const claim = formatByteCount(end - begin)
    return new SluiceError('format', `tensor ${quoteName(name)} claims ${claim} beyond the file`, {
      where,
      expected: `data up to byte ${end}`,
      received: `${formatByteCount(available)} of data`,
      fix: 'the file is cut off or its header is wrong; fetch or save it again',
    })
  }
  return new SluiceError('format', 'bytes follow the last tensor', {
    where,
    expected: `${header.dataBytes} bytes of data`,
    received: `${available} bytes`,
  })
}
