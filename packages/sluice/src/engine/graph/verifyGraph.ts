import { invariant } from '../../foundation/invariant.ts'
import { sameShape } from '../../foundation/shape.ts'
import { type Graph, mutatedInputs } from './graph.ts'
import { isVariable } from './value.ts'

/**
 * Checks what every pass must keep: values are defined before use and once, shapes follow from the
 * ops' own rules, and nothing reads a variable after the step has overwritten it.
 */
export function verifyGraph(graph: Graph): void {
  const defined = new Set<number>()
  for (const value of graph.inputs.values()) defined.add(value.id)
  for (const { value } of graph.variables.values()) defined.add(value.id)
  const overwritten = new Set<number>()
  for (const node of graph.nodes) {
    const where = `node ${node.id} (${node.op.name} ${node.path})`
    for (const input of node.inputs) {
      invariant(defined.has(input.id), `${where} reads a value that is not defined yet`)
      invariant(!overwritten.has(input.id), `${where} reads ${input.name} after its update`)
    }
    for (const index of mutatedInputs(node)) {
      const target = node.inputs[index]
      invariant(target !== undefined && isVariable(target), `${where} overwrites a non-variable`)
      overwritten.add(target.id)
    }
    const specs = node.op.infer(node.inputs, node.attributes, where)
    invariant(specs.length === node.outputs.length, `${where} has a wrong number of outputs`)
    node.outputs.forEach((output, index) => {
      invariant(sameShape(specs[index]?.shape ?? [], output.shape), `${where} has a wrong shape`)
      invariant(!defined.has(output.id), `${where} defines a value twice`)
      defined.add(output.id)
    })
  }
  for (const [name, value] of graph.outputs) {
    invariant(defined.has(value.id), `output ${name} is never produced`)
  }
}
