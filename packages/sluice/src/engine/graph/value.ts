import type { Shape } from '../../foundation/shape.ts'

/** Element type of a value inside the engine. */
export type ValueType = 'float32' | 'int32'

/**
 * What a value is to a device. `activation` values of rank ≥ 3 mean `[N, C, …space]`, and a device
 * may store them in another order (the WASM device: channels last). `plain` values (weights, their
 * gradients, scalars) are stored row-major as they are shaped.
 */
export type ValueKind = 'activation' | 'plain'

/** Where a value comes from. Variables outlive a step: parameters are trained, buffers are state. */
export type ValueRole = 'input' | 'parameter' | 'buffer' | 'intermediate'

/** One tensor of a graph: static shape, produced by one node or given from outside. */
export interface Value {
  readonly id: number
  readonly shape: Shape
  readonly type: ValueType
  readonly kind: ValueKind
  readonly role: ValueRole
  /** Inputs and variables have names; intermediates do not need one. */
  readonly name: string
}

/** True for values that live across steps. */
export function isVariable(value: Value): boolean {
  return value.role === 'parameter' || value.role === 'buffer'
}
