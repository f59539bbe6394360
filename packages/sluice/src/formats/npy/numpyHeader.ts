import { SluiceError } from '../../foundation/errors.ts'
import { formatShape, type Shape } from '../../foundation/shape.ts'
import { formatByteCount, quoteName } from '../tensorBytes.ts'
import { type PythonValue, parsePythonLiteral } from './pythonLiteral.ts'

/** How an element is written in a file. */
export interface NumpyType {
  readonly kind: 'float' | 'int' | 'uint' | 'bool'
  /** Bytes of one element. */
  readonly width: 1 | 2 | 4 | 8
  readonly littleEndian: boolean
}

/** An .npy file without its data: enough to describe it, or to read a part of it. */
export interface NpyHeader {
  readonly type: NumpyType
  readonly shape: Shape
  /** First index fastest, as Fortran stores arrays. */
  readonly fortranOrder: boolean
  /** Where the data begins in the file, in bytes. */
  readonly dataStart: number
  readonly dataBytes: number
}

/** Enough of a file's beginning to read any header from. numpy itself reads no more than 10 000 bytes. */
export const npyHeaderBytes = 65536 + 12

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const keys = ['descr', 'fortran_order', 'shape'] as const
/** numpy's own limit on axes: 64 since version 2. */
const mostAxes = 64

/**
 * Reads the header of an .npy file, versions 1 to 3; allocates nothing that it claims, and runs nothing.
 *
 * @param bytes the file, or its first `npyHeaderBytes`
 * @param where what to call the file in errors
 * @throws SluiceError `format` (not valid), `limit` (larger than any memory), `unsupported` (element
 *   type), `refused` (Python objects, which only a program could restore)
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    throw new SluiceError('format', 'this is not an .npy file', {
      where,
      expected: 'bytes that begin with \\x93NUMPY, as numpy.save writes them',
      received: bytes.byteLength === 0 ? 'an empty file' : 'something else',
    })
  }
  const { text, dataStart } = headerText(bytes, where)
  const fields = headerFields(text, where)
  const type = readType(fields.descr, where)
  const { fortran_order: fortranOrder } = fields
  if (typeof fortranOrder !== 'boolean') {
    throw new SluiceError('format', 'the header has no valid "fortran_order"', { where })
  }
  const shape = readShape(fields.shape, where)
  let dataBytes: number = type.width
  for (const size of shape) {
    dataBytes *= size
    if (Number.isSafeInteger(dataBytes)) continue
    throw new SluiceError('limit', 'the header claims more bytes than can be counted', {
      where,
      received: formatShape(shape),
    })
  }
  return { type, shape, fortranOrder, dataStart, dataBytes }
}

function headerText(bytes: Uint8Array, where: string): { text: string; dataStart: number } {
  const cut = new SluiceError('format', 'the file ends inside its header', {
    where,
    received: formatByteCount(bytes.byteLength),
    fix: 'the file is cut off; fetch or save it again',
  })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 12) throw cut
  const version = bytes[6] as number
  if (version < 1 || version > 3 || bytes[7] !== 0) {
    throw new SluiceError('unsupported', 'an .npy file of an unknown version', {
      where,
      expected: 'version 1.0, 2.0 or 3.0',
      received: `${version}.${bytes[7]}`,
    })
  }
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > npyHeaderBytes - 12) {
    throw new SluiceError('limit', `the header claims ${formatByteCount(length)}`, {
      where,
      expected: `at most ${formatByteCount(npyHeaderBytes - 12)}`,
    })
  }
  if (start + length > bytes.byteLength) throw cut
  const header = bytes.subarray(start, start + length)
  let text: string
  try {
    // Version 3 writes names of fields in UTF-8; plain arrays have none, so all versions are ASCII.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header)
  } catch (cause) {
    throw new SluiceError('format', 'the header is not text', { where, cause })
  }
  return { text, dataStart: start + length }
}

type Fields = Record<(typeof keys)[number], PythonValue | undefined>

function headerFields(text: string, where: string): Fields {
  const root = parsePythonLiteral(text, where)
  if (!(root instanceof Map)) {
    throw new SluiceError('format', 'the header is not a dictionary', { where })
  }
  if (root.size !== keys.length || !keys.every((key) => root.has(key))) {
    throw new SluiceError('format', 'the header has other fields than those of an array', {
      where,
      expected: keys.join(', '),
      received: [...root.keys()].slice(0, 6).map(quoteName).join(', ') || 'none',
    })
  }
  const [descr, order, shape] = keys.map((key) => root.get(key))
  return { descr, fortran_order: order, shape }
}

function readType(descr: PythonValue | undefined, where: string): NumpyType {
  if (typeof descr !== 'string') {
    throw new SluiceError('unsupported', 'the elements are records of several fields', {
      where,
      fix: 'save each field as an array of its own',
    })
  }
  const [, order = '', letter = '', digits = ''] = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(descr) ?? []
  if (letter === 'O') {
    throw new SluiceError(
      'refused',
      'the elements are Python objects, which need a program to read',
      {
        where,
        expected: 'numbers',
        fix: 'save an array of numbers: numpy.save(path, numpy.stack(list).astype("float32"))',
      },
    )
  }
  const littleEndian = order !== '>'
  if ((letter === 'b' && digits === '1') || descr === '?') {
    return { kind: 'bool', width: 1, littleEndian }
  }
  const kind = ({ f: 'float', i: 'int', u: 'uint' } as const)[letter]
  const width = ([1, 2, 4, 8] as const).find((bytes) => String(bytes) === digits)
  if (kind !== undefined && width !== undefined && !(kind === 'float' && width === 1)) {
    return { kind, width, littleEndian }
  }
  throw new SluiceError('unsupported', `elements of the type ${quoteName(descr)}`, {
    where,
    expected: 'f2, f4, f8, i1 to i8, u1 to u8 or b1',
    fix: 'convert the array before saving: array.astype("float32")',
  })
}

function readShape(value: PythonValue | undefined, where: string): Shape {
  const sizes = Array.isArray(value) ? value : []
  const whole = (size: PythonValue): size is number =>
    Number.isSafeInteger(size) && Number(size) >= 0
  const shape = sizes.filter(whole)
  if (!Array.isArray(value) || shape.length !== sizes.length || shape.length > mostAxes) {
    throw new SluiceError('format', 'the header has no valid "shape"', {
      where,
      expected: `a tuple of up to ${mostAxes} whole numbers, each 0 or more`,
    })
  }
  return shape
}
