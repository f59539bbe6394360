import type { Device, PairContext } from '../device/device.ts'
import { fusedNode } from '../graph/fusedNode.ts'
import { type Graph, mutatedInputs, type Node } from '../graph/graph.ts'
import { isVariable, type Value } from '../graph/value.ts'

/**
 * Makes one node of each pair that the device computes in one pass. The first of a pair then runs where
 * the second stood, so it may read nothing that is overwritten in between, and what it gives must be
 * read by the second alone.
 */
export function fuseNodes(graph: Graph, device: Device, context: PairContext): Graph {
  const { fuses } = device
  if (fuses === undefined) return graph
  const readers = countReaders(graph)
  const makers = new Map<number, Node>()
  const fused = new Set<Node>()
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const place = node.inputs.findIndex((input) => {
      const maker = makers.get(input.id)
      if (maker === undefined || readers.get(input.id) !== 1) return false
      return fuses.call(device, maker, node, context)
    })
    const maker = makers.get(node.inputs[place]?.id ?? -1)
    if (maker !== undefined) fused.add(maker)
    const made = maker === undefined ? node : fusedNode(maker, node, place)
    nodes.push(made)
    if (maker === undefined && mayMove(node))
      for (const { id } of node.outputs) makers.set(id, node)
  }
  return { ...graph, nodes: nodes.filter((node) => !fused.has(node)) }
}

function countReaders(graph: Graph): Map<number, number> {
  const readers = new Map<number, number>()
  const count = ({ id }: Value) => readers.set(id, (readers.get(id) ?? 0) + 1)
  for (const node of graph.nodes) node.inputs.forEach(count)
  for (const output of graph.outputs.values()) count(output)
  return readers
}

/** Whether a node may run later than it stands. */
function mayMove(node: Node): boolean {
  return (
    node.outputs.length === 1 && mutatedInputs(node).length === 0 && !node.inputs.some(isVariable)
  )
}
