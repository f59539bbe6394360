import { SluiceError } from '../../foundation/errors.ts'
import { plainInteger } from './pickleCursor.ts'
import { NumpyType, type PickleValue } from './pickleValues.ts'

/** Numbers that numpy made, such as a loss or an epoch kept beside the weights. */
export function numpyScalar([type, bytes]: readonly PickleValue[], where: string): PickleValue {
  const read = type instanceof NumpyType ? readers.get(type.code) : undefined
  if (!(type instanceof NumpyType) || !(bytes instanceof Uint8Array) || read === undefined) {
    throw new SluiceError('unsupported', 'the file holds a numpy scalar of an unknown type', {
      where,
      expected: `one of ${[...readers.keys()].join(', ')}`,
      received: type instanceof NumpyType ? JSON.stringify(type.code) : 'something else',
      fix: 'turn it into a Python number before saving: value.item()',
    })
  }
  const width = Number(type.code.slice(1))
  if (bytes.byteLength !== width) {
    throw new SluiceError('format', 'a numpy scalar has the wrong size', {
      where,
      expected: `${width} bytes`,
      received: `${bytes.byteLength} bytes`,
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return read(view, type.byteOrder !== '>')
}

type Reader = (view: DataView, little: boolean) => PickleValue

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['f8', (view, little) => view.getFloat64(0, little)],
  ['f4', (view, little) => view.getFloat32(0, little)],
  ['i8', (view, little) => plainInteger(view.getBigInt64(0, little))],
  ['i4', (view, little) => view.getInt32(0, little)],
  ['i2', (view, little) => view.getInt16(0, little)],
  ['i1', (view) => view.getInt8(0)],
  ['u8', (view, little) => plainInteger(view.getBigUint64(0, little))],
  ['u4', (view, little) => view.getUint32(0, little)],
  ['u2', (view, little) => view.getUint16(0, little)],
  ['u1', (view) => view.getUint8(0)],
  ['b1', (view) => view.getUint8(0) !== 0],
])
