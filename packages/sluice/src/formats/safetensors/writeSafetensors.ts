import { SluiceError } from '../../foundation/errors.ts'
import {
  bytesPerElement,
  type DType,
  type HostTensor,
  type NamedTensors,
} from '../../foundation/hostTensor.ts'
import { elementCount, formatShape } from '../../foundation/shape.ts'
import { allocateBytes, quoteName } from '../tensorBytes.ts'
import { codeOfDtype } from './dtypes.ts'
import { lengthBytes, maxHeaderBytes } from './header.ts'

const alignment = 8
const space = 0x20
const loneSurrogate = /\p{Surrogate}/u

const arrayOf: Readonly<Record<DType, string>> = {
  float64: 'Float64Array',
  float32: 'Float32Array',
  float16: 'Uint16Array',
  bfloat16: 'Uint16Array',
  int64: 'BigInt64Array',
  int32: 'Int32Array',
  int16: 'Int16Array',
  int8: 'Int8Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
}

/**
 * The bytes of a safetensors file. The same tensors in the same order with the same metadata give
 * the same bytes: names keep the order of the map, metadata is sorted by key, and the data lies
 * widest elements first, so that each tensor starts on its element's boundary without holes.
 *
 * @throws SluiceError `usage` for a tensor or name that the format cannot hold
 */
export function writeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  for (const [name, tensor] of tensors) checkTensor(name, tensor)
  const offsets = layOut(tensors)
  const header = new TextEncoder().encode(headerText(tensors, offsets, metadata))
  const headerBytes = Math.ceil(header.byteLength / alignment) * alignment
  if (headerBytes > maxHeaderBytes) {
    throw new SluiceError('limit', 'the header would be longer than the format allows', {
      expected: `at most ${maxHeaderBytes} bytes`,
      received: `${headerBytes} bytes`,
    })
  }
  const dataStart = lengthBytes + headerBytes
  let dataBytes = 0
  for (const tensor of tensors.values()) dataBytes += tensor.data.byteLength
  const file = allocateBytes(dataStart + dataBytes, 'writing safetensors')
  new DataView(file.buffer).setUint32(0, headerBytes, true)
  file.set(header, lengthBytes)
  file.fill(space, lengthBytes + header.byteLength, dataStart)
  for (const [name, { data }] of tensors) {
    const place = dataStart + (offsets.get(name) ?? 0)
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place)
  }
  return file
}

/** Where each tensor's data begins, in bytes from the end of the header. */
function layOut(tensors: NamedTensors): ReadonlyMap<string, number> {
  // Array sorting is stable: tensors of one element width keep the order of the map.
  const widestFirst = [...tensors].sort(
    ([, a], [, b]) => bytesPerElement[b.dtype] - bytesPerElement[a.dtype],
  )
  const offsets = new Map<string, number>()
  let offset = 0
  for (const [name, { data }] of widestFirst) {
    offsets.set(name, offset)
    offset += data.byteLength
  }
  return offsets
}

function headerText(
  tensors: NamedTensors,
  offsets: ReadonlyMap<string, number>,
  metadata: Readonly<Record<string, string>>,
): string {
  const fields: string[] = []
  const keys = Object.keys(metadata).sort()
  if (keys.length > 0) {
    const entries = keys.map((key) => `${jsonText(key)}:${jsonText(metadata[key])}`)
    fields.push(`"__metadata__":{${entries.join(',')}}`)
  }
  for (const [name, { dtype, shape, data }] of tensors) {
    const begin = offsets.get(name) ?? 0
    const place = `[${begin},${begin + data.byteLength}]`
    const about = `"dtype":"${codeOfDtype[dtype]}","shape":[${shape.join(',')}]`
    fields.push(`${jsonText(name)}:{${about},"data_offsets":${place}}`)
  }
  return `{${fields.join(',')}}`
}

function jsonText(text: unknown): string {
  if (typeof text !== 'string' || loneSurrogate.test(text)) {
    throw new SluiceError('usage', 'a name or metadata value is not well-formed text', {
      expected: 'strings that UTF-8 can hold',
      received: JSON.stringify(text) ?? typeof text,
      fix: 'turn metadata values into strings first, for example with JSON.stringify',
    })
  }
  return JSON.stringify(text)
}

function checkTensor(name: string, { dtype, shape, data }: HostTensor): void {
  const where = `tensor ${quoteName(name)}`
  if (name === '__metadata__') {
    throw new SluiceError('usage', 'the format keeps the name "__metadata__" for itself', {
      where,
      fix: 'rename the tensor, or pass the metadata as the second argument',
    })
  }
  const whole = shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  if (!whole || elementCount(shape) !== data.length) {
    throw new SluiceError('usage', 'the shape does not fit the data', {
      where,
      expected: `${formatShape(shape)} = ${elementCount(shape)} elements`,
      received: `${data.length} elements`,
    })
  }
  if (data.constructor.name !== arrayOf[dtype]) {
    throw new SluiceError('usage', `${dtype} data is in the wrong kind of array`, {
      where,
      expected: arrayOf[dtype],
      received: data.constructor.name,
    })
  }
}
