import { type Graph, mutatedInputs } from '../graph/graph.ts'

/** Drops nodes that nothing observable depends on: no output of the graph and no variable. */
export function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set<number>([...graph.outputs.values()].map((value) => value.id))
  const kept = [...graph.nodes]
    .reverse()
    .filter((node) => {
      const alive =
        mutatedInputs(node).length > 0 || node.outputs.some((output) => needed.has(output.id))
      if (alive) for (const input of node.inputs) needed.add(input.id)
      return alive
    })
    .reverse()
  return { ...graph, nodes: kept }
}
