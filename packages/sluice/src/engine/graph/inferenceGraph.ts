import type { Shape } from '../../foundation/shape.ts'
import type { Graph } from './graph.ts'
import { GraphBuilder } from './graphBuilder.ts'
import { type Module, Scope } from './module.ts'

/**
 * The graph of a model in inference mode.
 * @param builder an empty one, if it is to be of a special kind
 */
export function inferenceGraph(model: Module, input: Shape, builder = new GraphBuilder()): Graph {
  const x = builder.input('input', input)
  builder.output('output', model.build(new Scope(builder, 'inference'), x))
  return builder.finish()
}
