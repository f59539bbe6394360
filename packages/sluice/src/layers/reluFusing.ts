import type { Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'

/**
 * A module that can apply a rectifier in the loop that writes its output. `sequential` asks for it
 * when a `relu` follows: one pass over memory less, forward and backward, with the same result.
 */
export interface ReluFusing extends Module {
  buildWithRelu(scope: Scope, input: Value): Value
}

export function canFuseRelu(module: Module): module is ReluFusing {
  return 'buildWithRelu' in module
}
