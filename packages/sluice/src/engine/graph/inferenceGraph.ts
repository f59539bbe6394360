import type { Shape } from '../../foundation/shape.ts'
import type { Graph } from './graph.ts'
import { GraphBuilder } from './graphBuilder.ts'
import { type Module, Scope } from './module.ts'

/** The graph of a model in inference mode. */
export function inferenceGraph(model: Module, input: Shape): Graph {
  const builder = new GraphBuilder()
  const x = builder.input('input', input)
  builder.output('output', model.build(new Scope(builder, 'inference'), x))
  return builder.finish()
}
