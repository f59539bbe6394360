/** numpy's file format, version 1.0, for float32 in C order (numpy's `lib/format.py`). */
import { elementCount, type Shape } from '../../packages/sluice/src/foundation/shape.ts'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
/** The values begin at a multiple of this, as numpy writes them. */
const ALIGNMENT = 64

/** The bytes before the values of a `.npy` file; values may follow in pieces. */
export function npyHeader(shape: Shape): Uint8Array {
  const sizes = shape.map((size) => `${size},`).join(' ')
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`
  const length = Math.ceil((MAGIC.length + 2 + text.length + 1) / ALIGNMENT) * ALIGNMENT
  const header = new Uint8Array(length).fill(0x20)
  header.set(MAGIC)
  header[MAGIC.length] = (length - 10) & 0xff
  header[MAGIC.length + 1] = (length - 10) >> 8
  header.set(new TextEncoder().encode(text), 10)
  header[length - 1] = 0x0a
  return header
}

/** A whole `.npy` file. Every machine that runs Node stores floats as numpy's '<f4' does. */
export function npyFile(shape: Shape, values: Float32Array): Uint8Array {
  if (values.length !== elementCount(shape)) {
    throw new RangeError(`${values.length} values do not fill [${shape.join(', ')}]`)
  }
  const header = npyHeader(shape)
  const file = new Uint8Array(header.length + values.byteLength)
  file.set(header)
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.length)
  return file
}
