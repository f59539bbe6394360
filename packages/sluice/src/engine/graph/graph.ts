import type { Initialiser } from '../../foundation/initialiser.ts'
import type { Attributes, OpDefinition } from './opDefinition.ts'
import type { Value } from './value.ts'

/** One application of an op. `path` names the layer that asked for it. */
export interface Node<A extends object = Attributes> {
  readonly id: number
  readonly op: OpDefinition<A>
  readonly attributes: A
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly path: string
  /** The two nodes that this one computes together; see `fusedNode`. */
  readonly fused?: readonly [first: Node, second: Node]
}

/** A variable and how it begins. */
export interface Variable {
  readonly value: Value
  readonly initialise: Initialiser
}

/**
 * Ops on values with static shapes, in the order in which they run. A plain value: it can be printed
 * (`printGraph`), verified (`verifyGraph`) and rewritten into another graph, never in place.
 */
export interface Graph {
  readonly nodes: readonly Node[]
  readonly inputs: ReadonlyMap<string, Value>
  readonly variables: ReadonlyMap<string, Variable>
  readonly outputs: ReadonlyMap<string, Value>
}

/** Indices of the inputs that a node overwrites. */
export function mutatedInputs(node: Node): readonly number[] {
  const { mutates } = node.op
  if (mutates === undefined) return []
  return typeof mutates === 'function' ? mutates(node.attributes) : mutates
}
