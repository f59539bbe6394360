import { type Weight, type Weights, weightOf } from '../nets/formula.ts'
import type { GatedConvolution, Layer, Net, Window } from '../nets/net.ts'
import { NO_ATTENTION, PeerUnavailable } from '../peers/peer.ts'
import { floatTensor, node, valueInfo } from './onnxParts.ts'
import { ProtobufWriter } from './protobufWriter.ts'

/** Field numbers are those of onnx.proto3 (IR version 8, opset 17). */
const IR_VERSION = 8
const OPSET = 17

/** Twice the size of a picture, as PyTorch exports its nearest upsampling. */
const UPSAMPLED: Weight = { shape: [4], data: Float32Array.of(1, 1, 2, 2) }
const NEAREST = {
  coordinate_transformation_mode: 'asymmetric',
  mode: 'nearest',
  nearest_mode: 'floor',
}

/**
 * How a gated convolution is put into words of a runtime that has none: as the network's source has
 * it, or as one convolution with twice the channels whatever the source.
 */
export type Formulation = 'asWritten' | 'merged'

/** A net as an ONNX file, node for node as PyTorch exports it, for a fixed batch. */
export function netModel(
  net: Net,
  weights: Weights,
  batch: number,
  formulation: Formulation,
): Uint8Array {
  const model = new ModelWriter(weights, formulation)
  const last = model.layers(net.layers, 'input', '')
  return model.finish(net, batch, last)
}

/** Whether a layer's branches are one convolution. */
export function isMerged(layer: GatedConvolution, formulation: Formulation): boolean {
  return layer.merged || formulation === 'merged'
}

/** Two tensors end to end along their first axis: both branches' weights as one. */
export function stacked(first: Weight, second: Weight): Weight {
  const data = new Float32Array(first.data.length + second.data.length)
  data.set(first.data)
  data.set(second.data, first.data.length)
  const [rows = 0, ...rest] = first.shape
  return { shape: [rows + (second.shape[0] ?? 0), ...rest], data }
}

class ModelWriter {
  private readonly graph = new ProtobufWriter()
  private readonly weights: Weights
  private readonly formulation: Formulation

  constructor(weights: Weights, formulation: Formulation) {
    this.weights = weights
    this.formulation = formulation
  }

  /** Appends layers; gives the name of the last one's output. */
  layers(layers: readonly Layer[], input: string, prefix: string): string {
    let value = input
    for (const layer of layers) value = this.layer(layer, value, `${prefix}${layer.name}`)
    return value
  }

  finish(net: Net, batch: number, last: string): Uint8Array {
    this.graph.message(1, node('Identity', [last], 'output'))
    this.graph.text(2, net.name)
    this.graph.message(11, valueInfo('input', [batch, ...net.input]))
    // The output's shape is left to the runtime's own inference.
    this.graph.message(12, valueInfo('output', undefined))
    const opset = new ProtobufWriter().text(1, '').number(2, OPSET)
    return new ProtobufWriter()
      .number(1, IR_VERSION)
      .text(2, 'sluice-bench')
      .message(7, this.graph)
      .message(8, opset)
      .finish()
  }

  private layer(layer: Layer, input: string, path: string): string {
    switch (layer.is) {
      case 'gatedConv':
        return this.gated(layer, input, path)
      case 'conv':
        return this.convolution(layer, input, `${path}.output`, this.affine(path))
      case 'linear':
        this.add('Flatten', [input], `${path}.flat`, { axis: 1 })
        return this.add('Gemm', [`${path}.flat`, ...this.affine(path)], `${path}.output`, {
          transB: 1,
        })
      case 'residual': {
        const body = this.layers(layer.layers, input, `${path}.body.`)
        return this.add('Add', [body, input], `${path}.output`)
      }
      case 'upsample': {
        const scales = this.constant(`${path}.scales`, UPSAMPLED)
        return this.add('Resize', [input, '', scales], `${path}.output`, NEAREST)
      }
      case 'deepFill':
        throw new PeerUnavailable(NO_ATTENTION)
      case 'branches': {
        const ends = layer.paths.map((paths, index) =>
          this.layers(paths, input, `${path}.${index}.`),
        )
        return this.add('Concat', ends, `${path}.output`, { axis: 1 })
      }
    }
  }

  private gated(layer: GatedConvolution, input: string, path: string): string {
    const [feature, gate] = this.branches(layer, input, path)
    const kind = { none: undefined, relu: 'Relu', elu: 'Elu', tanh: 'Tanh' }[layer.phi]
    const active = kind === undefined ? feature : this.add(kind, [feature], `${path}.active`)
    this.add('Sigmoid', [gate], `${path}.opened`)
    const product = this.add('Mul', [active, `${path}.opened`], `${path}.product`)
    return layer.after === 'relu' ? this.add('Relu', [product], `${path}.output`) : product
  }

  private branches(
    layer: GatedConvolution,
    input: string,
    path: string,
  ): [feature: string, gate: string] {
    const results: [string, string] = [`${path}.featured`, `${path}.gated`]
    const names = [`${path}.${layer.feature}`, `${path}.${layer.gate}`] as const
    if (!isMerged(layer, this.formulation)) {
      for (const [i, name] of names.entries()) {
        this.convolution(layer, input, results[i] ?? '', this.affine(name))
      }
      return results
    }
    const both = ['weight', 'bias'].map((kind) => {
      const [feature, gate] = names.map((name) => weightOf(this.weights, `${name}.${kind}`))
      if (feature === undefined || gate === undefined) throw new Error(`${path} lacks a ${kind}`)
      return this.constant(`${path}.both.${kind}`, stacked(feature, gate))
    })
    this.convolution(layer, input, `${path}.both`, both)
    const halves = node('Split', [`${path}.both`], results, { axis: 1 })
    this.graph.message(1, halves)
    return results
  }

  private convolution(
    { kernel, stride, dilation, padding }: Window,
    input: string,
    output: string,
    parameters: readonly string[],
  ): string {
    return this.add('Conv', [input, ...parameters], output, {
      kernel_shape: kernel,
      strides: stride,
      dilations: dilation,
      pads: [...padding.map(([before]) => before), ...padding.map(([, after]) => after)],
    })
  }

  private affine(path: string): string[] {
    return ['weight', 'bias'].map((kind) => {
      const name = `${path}.${kind}`
      return this.constant(name, weightOf(this.weights, name))
    })
  }

  private constant(name: string, { shape, data }: Weight): string {
    this.graph.message(5, floatTensor(name, shape, data))
    return name
  }

  private add(...[type, inputs, output, attributes]: Parameters<typeof node>): string {
    this.graph.message(1, node(type, inputs, output, attributes))
    return typeof output === 'string' ? output : (output[0] ?? '')
  }
}
