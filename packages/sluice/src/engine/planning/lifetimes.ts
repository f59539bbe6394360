import { elementCount } from '../../foundation/shape.ts'
import type { LoweringContext } from '../device/device.ts'
import type { Graph } from '../graph/graph.ts'
import { isVariable, type Value } from '../graph/value.ts'

/** A block of memory and the steps during which it must keep its content, both ends included. */
export interface Lifetime {
  readonly bytes: number
  readonly first: number
  last: number
}

/** Bytes of a value; blocks are rounded up so that every one begins on its own cache line. */
export function bytesOf(value: Value): number {
  return roundUp(elementCount(value.shape) * 4)
}

/** Rounds to a multiple of 64 bytes, the line size of today's CPUs. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / 64) * 64
}

/** Which values something reads, outputs of the graph included. */
export function usedValues(graph: Graph): LoweringContext['isUsed'] {
  const used = new Set<number>()
  for (const node of graph.nodes) for (const input of node.inputs) used.add(input.id)
  for (const output of graph.outputs.values()) used.add(output.id)
  return (value) => used.has(value.id)
}

/**
 * First and last step of every value in the arena. Inputs are written before the first step and
 * outputs are read after the last one.
 */
export function lifetimesOf(graph: Graph): Map<number, Lifetime> {
  const lifetimes = new Map<number, Lifetime>()
  const isUsed = usedValues(graph)
  const begin = (value: Value, step: number) => {
    if (isUsed(value)) lifetimes.set(value.id, { bytes: bytesOf(value), first: step, last: step })
  }
  for (const input of graph.inputs.values()) begin(input, -1)
  graph.nodes.forEach((node, step) => {
    for (const input of node.inputs) {
      const lifetime = lifetimes.get(input.id)
      if (lifetime !== undefined && !isVariable(input)) lifetime.last = step
    }
    for (const output of node.outputs) begin(output, step)
  })
  for (const output of graph.outputs.values()) {
    const lifetime = lifetimes.get(output.id)
    if (lifetime !== undefined) lifetime.last = graph.nodes.length
  }
  return lifetimes
}
