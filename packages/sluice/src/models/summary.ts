import type { Graph, Node } from '../engine/graph/graph.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { isVariable } from '../engine/graph/value.ts'
import { present } from '../foundation/invariant.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'
import { type ReceptiveField, receptiveFields } from './receptiveField.ts'

/** One layer's row of a summary. */
export interface LayerSummary {
  /** The layer's name in the model, as its parameters carry it. */
  readonly path: string
  readonly op: string
  readonly outputShape: Shape
  /** Trained numbers, counted where they are first used. */
  readonly parameters: number
  /** Running statistics and the like. */
  readonly bufferValues: number
  readonly multiplyAdds: number
  /** Elements of the input that one output sees along time, height and width. */
  readonly receptiveField: ReceptiveField
  /** Bytes of the layer's output. */
  readonly activationBytes: number
}

/** A model’s layers and their sums, for inputs of one shape. */
export interface ModelSummary {
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly layers: readonly LayerSummary[]
  readonly parameters: number
  readonly bufferValues: number
  readonly multiplyAdds: number
  readonly activationBytes: number
}

/**
 * What a model is made of when it runs on inputs of this shape (batch first). Layers without work of
 * their own (dropout in inference, a ReLU inside a convolution) have no row.
 */
export function summary(model: Module, inputShape: Shape): ModelSummary {
  return summariseGraph(inferenceGraph(model, inputShape), inputShape)
}

function summariseGraph(graph: Graph, inputShape: Shape): ModelSummary {
  const fieldOf = receptiveFields(graph)
  const counted = new Set<number>()
  const layers = graph.nodes.map((node): LayerSummary => {
    const output = present(node.outputs[0], 'output')
    const { parameters, bufferValues } = countVariables(node, counted)
    return {
      path: node.path,
      op: node.op.name,
      outputShape: output.shape,
      parameters,
      bufferValues,
      multiplyAdds: node.op.multiplyAdds?.(node) ?? 0,
      receptiveField: fieldOf(output),
      activationBytes: 4 * elementCount(output.shape),
    }
  })
  const total = (of: (layer: LayerSummary) => number) =>
    layers.reduce((sum, layer) => sum + of(layer), 0)
  return {
    inputShape,
    outputShape: present(graph.outputs.get('output'), 'output').shape,
    layers,
    parameters: total((layer) => layer.parameters),
    bufferValues: total((layer) => layer.bufferValues),
    multiplyAdds: total((layer) => layer.multiplyAdds),
    activationBytes: total((layer) => layer.activationBytes),
  }
}

function countVariables(node: Node, counted: Set<number>) {
  let parameters = 0
  let bufferValues = 0
  for (const input of node.inputs) {
    if (!isVariable(input) || counted.has(input.id)) continue
    counted.add(input.id)
    if (input.role === 'parameter') parameters += elementCount(input.shape)
    else bufferValues += elementCount(input.shape)
  }
  return { parameters, bufferValues }
}
