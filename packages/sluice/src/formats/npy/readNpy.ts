import { SluiceError } from '../../foundation/errors.ts'
import type { DType, HostTensor, TensorData } from '../../foundation/hostTensor.ts'
import type { Shape } from '../../foundation/shape.ts'
import { allocateBytes, elementsOf, formatByteCount } from '../tensorBytes.ts'
import { type NpyHeader, type NumpyType, readNpyHeader } from './numpyHeader.ts'
import { rowMajor } from './rowMajor.ts'

/**
 * Reads an .npy file, as `numpy.save` writes it: numbers of either byte order, in C or Fortran order.
 * Unsigned numbers of 16, 32 and 64 bits, which no Sluice tensor holds, become int32, float64 and
 * float64 (beyond 2⁵³ the nearest). The tensor is a view into `bytes` where nothing had to be
 * converted, else a copy: change neither while the other is in use.
 *
 * @param bytes the whole file
 * @param where what to call the file in errors
 * @throws SluiceError as `readNpyHeader` does, and `format` when the data has another length than the
 *   header says
 */
export function readNpy(bytes: Uint8Array, where: string): HostTensor {
  const header = readNpyHeader(bytes, where)
  const available = bytes.byteLength - header.dataStart
  if (available !== header.dataBytes) {
    throw new SluiceError(
      'format',
      available < header.dataBytes ? 'the file ends inside its data' : 'bytes follow the array',
      {
        where,
        expected: `${formatByteCount(header.dataBytes)} of data`,
        received: formatByteCount(available),
        fix: 'fetch or save the file again',
      },
    )
  }
  return npyTensor(header, header.shape, bytes.subarray(header.dataStart), where)
}

/**
 * The tensor of data that a header describes.
 * @param shape that of the header, or of the part of it that `data` is
 */
export function npyTensor(
  header: NpyHeader,
  shape: Shape,
  data: Uint8Array,
  where: string,
): HostTensor {
  const { type, fortranOrder } = header
  const plain = elements(type, nativeOrder(data, type, where))
  const turned = fortranOrder ? rowMajor(plain.data, shape) : plain.data
  return { dtype: plain.dtype, shape, data: turned }
}

/** The bytes with the order of this machine: typed arrays know no other (all are little-endian). */
function nativeOrder(data: Uint8Array, type: NumpyType, where: string): Uint8Array {
  const { width } = type
  if (type.littleEndian || width === 1) return data
  const out = allocateBytes(data.byteLength, where)
  for (let at = 0; at < data.byteLength; at += width) {
    for (let i = 0; i < width; i++) out[at + i] = data[at + width - 1 - i] as number
  }
  return out
}

function elements(
  type: NumpyType,
  bytes: Uint8Array,
): { readonly dtype: DType; readonly data: TensorData } {
  const as = (dtype: DType) => ({ dtype, data: elementsOf(dtype, bytes) })
  switch (type.kind) {
    case 'bool':
      return as('bool')
    case 'float':
      return as(type.width === 8 ? 'float64' : type.width === 4 ? 'float32' : 'float16')
    case 'int':
      return as(({ 1: 'int8', 2: 'int16', 4: 'int32', 8: 'int64' } as const)[type.width])
    case 'uint':
      return type.width === 1 ? as('uint8') : widened(type.width, bytes)
  }
}

function widened(
  width: 2 | 4 | 8,
  bytes: Uint8Array,
): { readonly dtype: DType; readonly data: TensorData } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.byteLength / width
  if (width === 2) {
    const data = new Int32Array(count)
    for (let i = 0; i < count; i++) data[i] = view.getUint16(i * 2, true)
    return { dtype: 'int32', data }
  }
  const data = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const low = view.getUint32(i * width, true)
    data[i] = width === 4 ? low : low + view.getUint32(i * 8 + 4, true) * 2 ** 32
  }
  return { dtype: 'float64', data }
}
