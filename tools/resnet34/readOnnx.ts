/** Reads what tensors an ONNX file keeps: as much of protobuf and of ONNX as that takes. */
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { type Float32Tensor, tensor } from '../../packages/sluice/src/foundation/hostTensor.ts'

/** Numbers of the fields in onnx.proto. */
const GRAPH = 7
const INITIALIZER = 5
const DIMS = 1
const DATA_TYPE = 2
const NAME = 8
const RAW_DATA = 9
const FLOAT = 1

interface Field {
  readonly number: number
  readonly value: number
  readonly bytes: Uint8Array
}

/**
 * The float tensors of a model's graph by name, in the order of the file.
 * @throws SluiceError `format` when the file is none
 */
export function onnxTensors(file: Uint8Array): Map<string, Float32Tensor> {
  const graph = [...fieldsOf(file)].find(({ number }) => number === GRAPH)
  if (graph === undefined) throw new SluiceError('format', 'this is no ONNX model', {})
  const tensors = new Map<string, Float32Tensor>()
  for (const { number, bytes } of fieldsOf(graph.bytes)) {
    if (number !== INITIALIZER) continue
    const fields = [...fieldsOf(bytes)]
    const field = (wanted: number) => fields.find((candidate) => candidate.number === wanted)
    const raw = field(RAW_DATA)?.bytes
    if (field(DATA_TYPE)?.value !== FLOAT || raw === undefined) continue
    // Copied, since floats in memory start at multiples of four.
    const data = new Float32Array(Uint8Array.from(raw).buffer)
    const shape = fields.filter((f) => f.number === DIMS).map(({ value }) => value)
    tensors.set(new TextDecoder().decode(field(NAME)?.bytes), tensor(shape, data))
  }
  return tensors
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]
      if (byte === undefined) throw new SluiceError('format', 'the ONNX file is cut short', {})
      // Products, since shifts end at 32 bits; what is larger than 2⁵³ is of no interest here.
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  const none = new Uint8Array()
  while (at < message.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    const wire = key % 8
    if (wire === 0) yield { number, value: varint(), bytes: none }
    else if (wire === 1 || wire === 5) at += wire === 1 ? 8 : 4
    else {
      const end = varint() + at
      if (wire !== 2 || end > message.length) {
        throw new SluiceError('format', 'the ONNX file is damaged', {})
      }
      yield { number, value: 0, bytes: message.subarray(at, end) }
      at = end
    }
  }
}
