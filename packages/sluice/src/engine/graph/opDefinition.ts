import type { Shape } from '../../foundation/shape.ts'
import type { Node } from './graph.ts'
import type { GraphBuilder } from './graphBuilder.ts'
import type { Value, ValueKind, ValueType } from './value.ts'

/** Attributes of a node: plain data, so that graphs can be printed and compared. */
export type Attributes = Readonly<Record<string, unknown>>

/** What an op says of one of its outputs before it exists. */
export interface OutputSpec {
  readonly shape: Shape
  readonly type?: ValueType
  readonly kind?: ValueKind
}

/** A tensor as the float64 reference sees it: row-major in its logical shape. Integers fit in doubles. */
export interface ReferenceTensor {
  readonly shape: Shape
  readonly data: Float64Array
}

/**
 * The meaning of an op, in one place: shapes, gradient and a definition in plain float64 loops.
 * Nothing here knows a backend; shared code asks these structural questions and never which op it is.
 */
export interface OpDefinition<A extends object = Attributes> {
  readonly name: string
  /** Shapes of the outputs, or an error naming `where` when the inputs do not fit. */
  infer(inputs: readonly Value[], attributes: A, where: string): OutputSpec[]
  /** Gradients with respect to each input (undefined: none), given those of the outputs. */
  gradient?(context: GradientContext<A>): (Value | undefined)[]
  /** The definition: reads inputs, fills outputs (allocated, zeroed). Mutated inputs are written in place. */
  reference(
    inputs: readonly ReferenceTensor[],
    outputs: readonly ReferenceTensor[],
    attributes: A,
  ): void
  /** Indices of inputs (variables) that the op overwrites. */
  readonly mutates?: readonly number[] | ((attributes: A) => readonly number[])
  /**
   * For an op that lets features through a gate: appends what the gate is, after its activation,
   * `[N, G, …]`. How open a gate is can then be looked at, whatever kind of op it stands in.
   */
  gateValues?(builder: GraphBuilder, node: Node<A>): Value
  /** Multiply-adds of the op, for tables and planning; elementwise ops count none. */
  multiplyAdds?(node: Node): number
  /** Terms in the longest sum behind one output element, from which tolerances follow; else 1. */
  sumLength?(application: {
    readonly inputs: readonly { readonly shape: Shape }[]
    readonly attributes: A
  }): number
}

/** What a gradient rule has at hand. */
export interface GradientContext<A extends object = Attributes> {
  readonly builder: GraphBuilder
  readonly node: Node<A>
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly attributes: A
  /** Gradient of each output; undefined where nothing depends on it. */
  readonly outputGradients: readonly (Value | undefined)[]
  /** Whether the gradient of an input is asked for at all. */
  needs(inputIndex: number): boolean
}
