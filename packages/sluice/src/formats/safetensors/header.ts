import { SluiceError } from '../../foundation/errors.ts'
import type { DType } from '../../foundation/hostTensor.ts'
import { formatShape, type Shape } from '../../foundation/shape.ts'
import { decodeUtf8, formatByteCount, quoteName, tensorByteCount } from '../tensorBytes.ts'
import { dtypeOfCode, foreignCodes } from './dtypes.ts'
import { type JsonValue, parseStrictJson } from './strictJson.ts'

/** What the header says about one tensor; `begin` and `end` are bytes from the end of the header. */
export interface SafetensorsEntry {
  readonly dtype: DType
  readonly shape: Shape
  readonly begin: number
  readonly end: number
}

/** A safetensors file without its data: enough to describe it. */
export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>
  readonly metadata: Record<string, string>
  /** Where the data begins in the file, in bytes. */
  readonly dataStart: number
  /** How long the header says the data is. */
  readonly dataBytes: number
}

/** The reference implementation's limit on the header, in bytes. */
export const maxHeaderBytes = 100_000_000
export const lengthBytes = 8

/**
 * Reads and validates the header of a safetensors file; allocates nothing that the header claims.
 *
 * @param bytes the file, or its beginning if only the header is wanted
 * @param where what to call the file in errors
 * @throws SluiceError `format` (not valid), `limit` (header too long), `unsupported` (element type)
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensorsHeader(bytes: Uint8Array, where: string): SafetensorsHeader {
  const length = headerLength(bytes, where)
  const dataStart = lengthBytes + length
  const text = decodeUtf8(bytes.subarray(lengthBytes, dataStart))
  if (text === undefined) throw new SluiceError('format', 'the header is not UTF-8', { where })
  const root = parseStrictJson(text, where)
  if (!(root instanceof Map)) {
    throw new SluiceError('format', 'the header is not a JSON object', { where })
  }
  let metadata: Record<string, string> = {}
  const tensors = new Map<string, SafetensorsEntry>()
  for (const [name, value] of root) {
    if (name === '__metadata__') metadata = readMetadata(value, where)
    else tensors.set(name, readEntry(name, value, where))
  }
  return { tensors, metadata, dataStart, dataBytes: checkLayout(tensors, where) }
}

function headerLength(bytes: Uint8Array, where: string): number {
  if (bytes.byteLength < lengthBytes) {
    throw new SluiceError('format', 'the file is too short to be a safetensors file', {
      where,
      expected: 'at least 8 bytes with the length of the header',
      received: formatByteCount(bytes.byteLength),
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
  if (length > maxHeaderBytes) {
    throw new SluiceError('limit', `the header claims ${formatByteCount(length)}`, {
      where,
      expected: `at most ${formatByteCount(maxHeaderBytes)}, the format's own limit`,
      fix: 'check that this is a safetensors file',
    })
  }
  if (length > bytes.byteLength - lengthBytes) {
    throw new SluiceError('format', 'the file ends inside its header', {
      where,
      expected: `a header of ${formatByteCount(length)}`,
      received: formatByteCount(bytes.byteLength - lengthBytes),
      fix: 'the file is cut off; fetch or save it again',
    })
  }
  if (length === 0 || bytes[lengthBytes] !== 0x7b) {
    throw new SluiceError('format', 'the header does not start with "{"', {
      where,
      fix: 'check that this is a safetensors file',
    })
  }
  return length
}

function readMetadata(value: JsonValue, where: string): Record<string, string> {
  if (!(value instanceof Map)) {
    throw new SluiceError('format', '"__metadata__" is not an object', { where })
  }
  const entries: [string, string][] = []
  for (const [key, item] of value) {
    if (typeof item !== 'string') {
      throw new SluiceError('format', `"__metadata__" entry ${quoteName(key)} is not a string`, {
        where,
        expected: 'text as every key and value',
      })
    }
    entries.push([key, item])
  }
  return Object.fromEntries(entries)
}

function readEntry(name: string, value: JsonValue, where: string): SafetensorsEntry {
  const subject = `tensor ${quoteName(name)}`
  if (!(value instanceof Map)) {
    throw new SluiceError('format', `${subject} is not described by an object`, { where })
  }
  const fields: ReadonlyMap<string, JsonValue> = value
  const dtype = readDtype(subject, fields.get('dtype'), where)
  const shape = wholeNumbers(fields.get('shape'))
  if (shape === undefined) {
    throw new SluiceError('format', `${subject} has no valid "shape"`, {
      where,
      expected: 'a list of whole numbers, each 0 or more',
    })
  }
  const offsets = wholeNumbers(fields.get('data_offsets'))
  const [begin, end] = offsets ?? []
  if (offsets?.length !== 2 || begin === undefined || end === undefined || begin > end) {
    throw new SluiceError('format', `${subject} has no valid "data_offsets"`, {
      where,
      expected: '[begin, end] in bytes, begin no larger than end',
    })
  }
  const claimed = tensorByteCount(dtype, shape)
  if (claimed !== end - begin) {
    const size = claimed === undefined ? 'more bytes than can be counted' : formatByteCount(claimed)
    throw new SluiceError('format', `${subject} does not fill its place in the file`, {
      where,
      expected: `${size}, from ${dtype} ${formatShape(shape)}`,
      received: `${formatByteCount(end - begin)} between its data_offsets`,
    })
  }
  return { dtype, shape, begin, end }
}

function readDtype(subject: string, code: JsonValue | undefined, where: string): DType {
  if (typeof code !== 'string') {
    throw new SluiceError('format', `${subject} has no "dtype"`, { where })
  }
  const dtype = dtypeOfCode.get(code)
  if (dtype !== undefined) return dtype
  const known = foreignCodes.has(code)
  throw new SluiceError(
    known ? 'unsupported' : 'format',
    `${subject} has the element type ${quoteName(code)}, which ${known ? 'Sluice does not hold' : 'the format does not know'}`,
    {
      where,
      expected: [...dtypeOfCode.keys()].join(', '),
      ...(known ? { fix: 'convert the tensor to F32 before saving' } : {}),
    },
  )
}

function wholeNumbers(value: JsonValue | undefined): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined
  const whole = (item: JsonValue): item is number => Number.isSafeInteger(item) && Number(item) >= 0
  return value.every(whole) ? value.map((item) => item + 0) : undefined
}

/** Every byte of the data belongs to exactly one tensor: no holes, no overlaps. Returns its length. */
function checkLayout(tensors: ReadonlyMap<string, SafetensorsEntry>, where: string): number {
  const byPlace = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let end = 0
  for (const [name, entry] of byPlace) {
    if (entry.begin !== end) {
      const problem = entry.begin < end ? 'overlaps another tensor' : 'leaves a hole before it'
      throw new SluiceError('format', `tensor ${quoteName(name)} ${problem}`, {
        where,
        expected: `data that begins at byte ${end}`,
        received: `byte ${entry.begin}`,
      })
    }
    end = entry.end
  }
  return end
}
