import { present } from '../../foundation/invariant.ts'
import type { GraphBuilder } from '../graph/graphBuilder.ts'
import type { Value } from '../graph/value.ts'
import { add } from '../ops/add/add.ts'

/**
 * Appends the backward graph: walks the nodes built so far in reverse and applies each op's own
 * gradient rule. Contributions to one value are added in the order in which its readers appear, so
 * the result does not depend on anything but the graph.
 *
 * @param seeds gradients of some values (a loss's is a scalar 1)
 * @param wanted values whose gradients are asked for
 * @returns one gradient per wanted value; undefined where nothing depends on it
 */
export function backwardGraph(
  builder: GraphBuilder,
  seeds: ReadonlyMap<Value, Value>,
  wanted: readonly Value[],
): (Value | undefined)[] {
  const nodes = [...builder.nodesSoFar]
  const leadsToWanted = new Set(wanted.map((value) => value.id))
  for (const node of nodes) {
    if (node.inputs.some((input) => leadsToWanted.has(input.id))) {
      for (const output of node.outputs) leadsToWanted.add(output.id)
    }
  }
  const gradients = new Map<number, Value>()
  const accumulate = (value: Value, gradient: Value, path: string) => {
    const sofar = gradients.get(value.id)
    gradients.set(
      value.id,
      sofar === undefined ? gradient : builder.applyOne(add, [sofar, gradient], {}, path),
    )
  }
  for (const [value, seed] of seeds) accumulate(value, seed, 'loss')
  for (const node of nodes.reverse()) {
    if (node.op.gradient === undefined) continue
    if (!node.outputs.some((output) => gradients.has(output.id))) continue
    if (!node.inputs.some((input) => leadsToWanted.has(input.id))) continue
    const contributions = node.op.gradient({
      builder,
      node,
      inputs: node.inputs,
      outputs: node.outputs,
      attributes: node.attributes,
      outputGradients: node.outputs.map((output) => gradients.get(output.id)),
      needs: (index) => leadsToWanted.has(present(node.inputs[index], 'input').id),
    })
    node.inputs.forEach((input, index) => {
      const contribution = contributions[index]
      if (contribution !== undefined && leadsToWanted.has(input.id)) {
        accumulate(input, contribution, node.path)
      }
    })
  }
  return wanted.map((value) => gradients.get(value.id))
}
