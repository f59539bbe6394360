import { formatShape } from '../../foundation/shape.ts'
import type { Graph } from './graph.ts'
import type { Value } from './value.ts'

/** The graph as text, one line a node: stable, made for reading and for diffs in reviews. */
export function printGraph(graph: Graph): string {
  const lines: string[] = []
  for (const [name, value] of graph.inputs) lines.push(`input  ${label(value)} = ${name}`)
  for (const { value } of graph.variables.values()) {
    lines.push(`${value.role.padEnd(6)} ${label(value)} = ${value.name}`)
  }
  for (const node of graph.nodes) {
    const outputs = node.outputs.map(label).join(', ')
    const inputs = node.inputs.map((input) => `%${input.id}`).join(', ')
    const path = node.path === '' ? '' : `  # ${node.path}`
    lines.push(`${outputs} = ${node.op.name}(${inputs}) ${JSON.stringify(node.attributes)}${path}`)
  }
  for (const [name, value] of graph.outputs) lines.push(`output ${name} = %${value.id}`)
  return `${lines.join('\n')}\n`
}

function label(value: Value): string {
  return `%${value.id}: ${value.type === 'int32' ? 'i32' : 'f32'}${formatShape(value.shape)}`
}
