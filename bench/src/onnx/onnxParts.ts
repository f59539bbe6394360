import { ProtobufWriter } from './protobufWriter.ts'

/** Messages of onnx.proto3 that a model is made of. */
const FLOAT = 1
const ATTRIBUTE_INT = 2
const ATTRIBUTE_STRING = 3
const ATTRIBUTE_INTS = 7

type Attributes = Readonly<Record<string, number | string | readonly number[]>>

export function node(
  type: string,
  inputs: readonly string[],
  output: string | readonly string[],
  attributes: Attributes = {},
): ProtobufWriter {
  const outputs = typeof output === 'string' ? [output] : output
  const writer = new ProtobufWriter()
  for (const input of inputs) writer.text(1, input)
  for (const name of outputs) writer.text(2, name)
  writer.text(3, `${type} ${outputs[0]}`).text(4, type)
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new ProtobufWriter().text(1, name)
    if (typeof value === 'number') attribute.number(3, value).number(20, ATTRIBUTE_INT)
    else if (typeof value === 'string') attribute.text(4, value).number(20, ATTRIBUTE_STRING)
    else attribute.numbers(8, value).number(20, ATTRIBUTE_INTS)
    writer.message(5, attribute)
  }
  return writer
}

export function floatTensor(
  name: string,
  shape: readonly number[],
  data: Float32Array,
): ProtobufWriter {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return new ProtobufWriter().numbers(1, shape).number(2, FLOAT).text(8, name).bytes(9, bytes)
}

/** A named float32 value; without a shape it is left to be inferred. */
export function valueInfo(name: string, shape: readonly number[] | undefined): ProtobufWriter {
  const tensor = new ProtobufWriter().number(1, FLOAT)
  if (shape !== undefined) {
    const dims = new ProtobufWriter()
    for (const size of shape) dims.message(1, new ProtobufWriter().number(1, size))
    tensor.message(2, dims)
  }
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor))
}
