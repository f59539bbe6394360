import type { Graph, Node } from '../engine/graph/graph.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { present } from '../foundation/invariant.ts'
import type { Shape } from '../foundation/shape.ts'
import type { Triple } from '../layers/window.ts'

/** Input elements that one output sees along time, height and width; `whole`: all of them. */
export type ReceptiveField = Triple | 'whole'

interface Reach {
  readonly field: ReceptiveField
  /** Input elements between neighbouring outputs. */
  readonly jump: Triple
}

const one: Triple = [1, 1, 1]

/**
 * The receptive field of a model's output for inputs of this shape (batch first). The statistics of
 * norms are not counted, although group and instance norms take them from the whole clip.
 */
export function receptiveField(model: Module, input: Shape): ReceptiveField {
  const graph = inferenceGraph(model, input)
  const output = present(graph.outputs.get('output'), 'output')
  return receptiveFields(graph)(output)
}

/**
 * Receptive fields of all values of a graph. What a node does to them is read from its structure: a
 * window (stride and kernel) widens them, another size moves outputs closer or apart, and losing the
 * axes of space, or summing over them, makes them whole. Norms count as looking at one place: those over
 * a whole clip (group, instance) tell every place mean and deviation of all others, and no more.
 */
export function receptiveFields(graph: Graph): (value: Value) => ReceptiveField {
  const reaches = new Map<number, Reach>()
  for (const input of graph.inputs.values()) reaches.set(input.id, { field: one, jump: one })
  for (const node of graph.nodes) {
    const [first = { field: one, jump: one }, ...others] = node.inputs.flatMap(
      (input) => reaches.get(input.id) ?? [],
    )
    const reach = others.reduce(join, first)
    for (const output of node.outputs) reaches.set(output.id, through(node, reach, output))
  }
  return (value) => {
    const field = reaches.get(value.id)?.field ?? one
    // Between enlarged elements, windows reach parts of an element.
    return field === 'whole' ? field : zip(field, one, Math.ceil)
  }
}

function through(node: Node, { field, jump }: Reach, output: Value): Reach {
  const rank = node.inputs[0]?.shape.length ?? 0
  const { axes } = node.attributes
  const sumsSpace = Array.isArray(axes) && axes.some((axis) => axis >= 2)
  if (field === 'whole' || sumsSpace || (rank >= 3 && output.shape.length < 3)) {
    return { field: 'whole', jump }
  }
  const size = asTriple(node.attributes.size)
  if (size !== undefined) return resized(node, { field, jump }, size)
  const stride = asTriple(node.attributes.stride)
  if (stride === undefined) return { field, jump }
  const kernel = asTriple(node.attributes.kernelSize) ?? spaceOf(node, 1)
  const dilation = asTriple(node.attributes.dilation) ?? one
  return {
    field: zip(
      field,
      zip(
        jump,
        zip(dilation, kernel, (d, k) => d * (k - 1)),
        (a, b) => a * b,
      ),
      sum,
    ),
    jump: zip(jump, stride, (a, b) => a * b),
  }
}

/** Enlarging moves outputs closer together; mixing neighbours adds one of them. */
function resized(node: Node, { field, jump }: Reach, size: Triple): Reach {
  const from = spaceOf(node, 0)
  const shrink = zip(from, size, (a, b) => a / b)
  const mixes = node.attributes.alignCorners !== undefined
  const neighbour = zip(jump, shrink, (distance, ratio) => (mixes && ratio !== 1 ? distance : 0))
  const wider = field === 'whole' ? field : zip(field, neighbour, sum)
  return { field: wider, jump: zip(jump, shrink, (a, b) => a * b) }
}

function join(a: Reach, b: Reach): Reach {
  const jump = zip(a.jump, b.jump, Math.max)
  if (a.field === 'whole' || b.field === 'whole') return { field: 'whole', jump }
  return { field: zip(a.field, b.field, Math.max), jump }
}

/** The space of an input `[N, C, …space]`, or of a weight `[out, in, …kernel]`; ranks below 3 lack the first axes. */
function spaceOf(node: Node, index: number): Triple {
  const space = present(node.inputs[index], 'input').shape.slice(2)
  const [depth = 1, height = 1, width = 1] = [1, 1, 1, ...space].slice(-3)
  return [depth, height, width]
}

function zip(a: Triple, b: Triple, rule: (x: number, y: number) => number): Triple {
  return [rule(a[0], b[0]), rule(a[1], b[1]), rule(a[2], b[2])]
}

function sum(a: number, b: number): number {
  return a + b
}

function asTriple(value: unknown): Triple | undefined {
  if (!Array.isArray(value)) return undefined
  const [a, b, c]: unknown[] = value
  const numbers = typeof a === 'number' && typeof b === 'number' && typeof c === 'number'
  return numbers ? [a, b, c] : undefined
}
