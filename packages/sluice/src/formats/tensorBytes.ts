import { SluiceError } from '../foundation/errors.ts'
import {
  bytesPerElement,
  type DType,
  type HostTensor,
  type TensorData,
} from '../foundation/hostTensor.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'

/**
 * How many bytes a tensor of this type and shape takes; undefined when the product does not fit in
 * a safe integer, so that a claim of 2⁶⁴ bytes can never wrap around to a small number.
 */
export function tensorByteCount(dtype: DType, shape: Shape): number | undefined {
  let bytes = bytesPerElement[dtype]
  for (const size of shape) {
    bytes *= size
    if (!Number.isSafeInteger(bytes)) return undefined
  }
  return bytes
}

const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** `8 TB`, `1.5 KB`, `12 bytes`: a byte count as people read it, in powers of 1000. */
export function formatByteCount(bytes: number): string {
  if (bytes === 1) return '1 byte'
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1
  return `${Number(value.toFixed(digits))} ${units[unit]}`
}

/**
 * The bytes as elements of `dtype`. A view where the bytes lie on an element's boundary, else a
 * copy, because typed arrays cannot start in the middle of an element.
 */
export function elementsOf(dtype: DType, bytes: Uint8Array): TensorData {
  const width = bytesPerElement[dtype]
  const aligned = bytes.byteOffset % width === 0 ? bytes : copyBytes(bytes)
  const { buffer, byteOffset } = aligned
  const count = aligned.byteLength / width
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer, byteOffset, count)
    case 'float32':
      return new Float32Array(buffer, byteOffset, count)
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(buffer, byteOffset, count)
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, count)
    case 'int32':
      return new Int32Array(buffer, byteOffset, count)
    case 'int16':
      return new Int16Array(buffer, byteOffset, count)
    case 'int8':
      return new Int8Array(buffer, byteOffset, count)
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, count)
  }
}

/**
 * A tensor of little-endian bytes, as safetensors stores it. A view into them where they lie on an
 * element's boundary.
 * @throws SluiceError `shape` when they are not as many as the shape needs
 */
export function tensorOfBytes(dtype: DType, shape: Shape, bytes: Uint8Array): HostTensor {
  if (tensorByteCount(dtype, shape) !== bytes.byteLength) {
    throw new SluiceError('shape', 'the bytes do not fill the tensor', {
      expected: `${dtype} ${formatShape(shape)}`,
      received: formatByteCount(bytes.byteLength),
    })
  }
  return { dtype, shape, data: elementsOf(dtype, bytes) }
}

/** A copy with memory of its own. Not `slice`, which in a Node Buffer shares the memory. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** A zeroed buffer, or a `limit` error where the machine cannot give that much memory. */
export function allocateBytes(count: number, where: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(count)
  } catch (cause) {
    throw new SluiceError('limit', 'there is not enough memory for this file', {
      where,
      received: formatByteCount(count),
      cause,
    })
  }
}

/** UTF-8 text, or undefined where the bytes are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** A name from a file, quoted and shortened, so that an error stays readable. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 117)}...` : name)
}
