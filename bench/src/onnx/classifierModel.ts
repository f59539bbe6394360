import { CLASSES, CLIP, GATED_LAYERS, type Weights } from '../network.ts'
import { ProtobufWriter } from './protobufWriter.ts'

/** Field numbers and enum values are those of onnx.proto3 (IR version 8, opset 17). */
const IR_VERSION = 8
const OPSET = 17
const FLOAT = 1
const ATTRIBUTE_INT = 2
const ATTRIBUTE_INTS = 7

type Attributes = Readonly<Record<string, number | readonly number[]>>

/** The classifier as an ONNX file, node for node as PyTorch exports it, for a fixed batch. */
export function classifierModel(weights: Weights, batch: number): Uint8Array {
  const graph = new ProtobufWriter()
  let value = 'input'
  for (const { name } of GATED_LAYERS) {
    const convolution = { kernel_shape: [3, 3, 3], pads: [1, 1, 1, 1, 1, 1], strides: [1, 1, 1] }
    for (const [branch, result] of [
      ['spatial_conv', 'feature'],
      ['temporal_conv', 'gate'],
    ] as const) {
      const inputs = [value, `${name}.${branch}.weight`, `${name}.${branch}.bias`]
      graph.message(1, node('Conv', inputs, `${name}.${result}`, convolution))
    }
    graph.message(1, node('Sigmoid', [`${name}.gate`], `${name}.opened`))
    graph.message(1, node('Mul', [`${name}.feature`, `${name}.opened`], `${name}.product`))
    graph.message(1, node('Relu', [`${name}.product`], `${name}.output`))
    value = `${name}.output`
  }
  graph.message(1, node('Flatten', [value], 'flat', { axis: 1 }))
  graph.message(1, node('Gemm', ['flat', 'fc1.weight', 'fc1.bias'], 'output', { transB: 1 }))
  graph.text(2, 'SpatioTemporalGatedConvNet')
  for (const [name, { shape, data }] of weights) {
    graph.message(5, floatTensor(name, shape, data))
  }
  const { channels, frames, height, width } = CLIP
  graph.message(11, valueInfo('input', [batch, channels, frames, height, width]))
  graph.message(12, valueInfo('output', [batch, CLASSES]))

  const opset = new ProtobufWriter().text(1, '').number(2, OPSET)
  return new ProtobufWriter()
    .number(1, IR_VERSION)
    .text(2, 'sluice-bench')
    .message(7, graph)
    .message(8, opset)
    .finish()
}

function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes = {},
): ProtobufWriter {
  const writer = new ProtobufWriter()
  for (const input of inputs) writer.text(1, input)
  writer.text(2, output).text(3, output).text(4, type)
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new ProtobufWriter().text(1, name)
    if (typeof value === 'number') attribute.number(3, value).number(20, ATTRIBUTE_INT)
    else attribute.numbers(8, value).number(20, ATTRIBUTE_INTS)
    writer.message(5, attribute)
  }
  return writer
}

function floatTensor(name: string, shape: readonly number[], data: Float32Array): ProtobufWriter {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return new ProtobufWriter().numbers(1, shape).number(2, FLOAT).text(8, name).bytes(9, bytes)
}

function valueInfo(name: string, shape: readonly number[]): ProtobufWriter {
  const dims = new ProtobufWriter()
  for (const size of shape) dims.message(1, new ProtobufWriter().number(1, size))
  const tensor = new ProtobufWriter().number(1, FLOAT).message(2, dims)
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor))
}
