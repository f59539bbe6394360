import { SluiceError } from './errors.ts'
import { elementCount, formatShape, type Shape } from './shape.ts'

/** Element types that files may hold. Half types keep their raw 16 bits; see `toFloat32`. */
export type DType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool'

export type TensorData =
  | Float64Array
  | Float32Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array

/** A tensor in ordinary memory: row-major, shaped and ordered as PyTorch would. */
export interface HostTensor {
  readonly dtype: DType
  readonly shape: Shape
  readonly data: TensorData
}

/** A float32 host tensor: what sessions take and give. */
export interface Float32Tensor extends HostTensor {
  readonly dtype: 'float32'
  readonly data: Float32Array
}

/** Tensors by name, in the order of the file or the model. */
export type NamedTensors = Map<string, HostTensor>

export const bytesPerElement: Readonly<Record<DType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/**
 * A float32 tensor of the given shape, row-major; zeros unless data is given. A `Float32Array` is
 * shared, not copied.
 * @throws SluiceError `shape` when the data has more or fewer values than the shape
 */
export function tensor(shape: Shape, data?: Float32Array | readonly number[]): Float32Tensor {
  const count = elementCount(shape)
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new SluiceError('shape', 'a size of the tensor is no whole number', {
      received: formatShape(shape),
    })
  }
  if (data !== undefined && data.length !== count) {
    throw new SluiceError('shape', 'the values do not fill the tensor', {
      expected: `${count} for ${formatShape(shape)}`,
      received: String(data.length),
    })
  }
  const values =
    data === undefined
      ? new Float32Array(count)
      : data instanceof Float32Array
        ? data
        : Float32Array.from(data)
  return { dtype: 'float32', shape, data: values }
}

/** The tensor's values as float32, converting from whatever it holds. Shares memory if float32 already. */
export function toFloat32(source: HostTensor): Float32Tensor {
  const { data, shape } = source
  if (data instanceof Float32Array) return { dtype: 'float32', shape, data }
  const out = new Float32Array(data.length)
  if (source.dtype === 'float16' || source.dtype === 'bfloat16') {
    const convert = source.dtype === 'float16' ? halfToNumber : bfloat16ToNumber
    for (let i = 0; i < out.length; i++) out[i] = convert(Number(data[i]))
  } else {
    for (let i = 0; i < out.length; i++) out[i] = Number(data[i])
  }
  return { dtype: 'float32', shape, data: out }
}

/** IEEE 754 binary16 bits to a number, subnormals, infinities and NaN included. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The tensor in IEEE 754 binary16, each value rounded to the nearest, ties to even. */
export function toFloat16(source: HostTensor): HostTensor {
  const data = Uint16Array.from(toFloat32(source).data, numberToHalf)
  return { dtype: 'float16', shape: source.shape, data }
}

/** The bits of the nearest binary16, ties to even; infinite beyond 65519. */
export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (Number.isNaN(value)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  // Below 2⁻¹⁴ numbers are 2⁻²⁴ apart, above it one part in 1024 of their power of two.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const steps = roundedToEven(size / 2 ** (exponent - 10))
  // A number that rounds up to the next power of two carries into the exponent by itself.
  return sign | (exponent === -14 && steps < 1024 ? steps : ((exponent + 14) << 10) + steps)
}

function roundedToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest > 0.5 ? below + 1 : below
  return below % 2 === 0 ? below : below + 1
}

const bfloatWord = new Uint32Array(1)
const bfloatValue = new Float32Array(bfloatWord.buffer)

/** bfloat16 is float32 without its lower 16 bits. */
export function bfloat16ToNumber(bits: number): number {
  bfloatWord[0] = bits << 16
  return bfloatValue[0] ?? 0
}
