import type { Shape } from '../../foundation/shape.ts'
import type { Attributes, OpDefinition } from '../graph/opDefinition.ts'
import type { ValueType } from '../graph/value.ts'

/** How the values of an input are drawn. */
export type CaseValues =
  | { readonly from: 'uniform'; readonly low: number; readonly high: number }
  /** Both signs, at least 0.1 from zero: away from the kinks of ReLUs. */
  | { readonly from: 'awayFromZero' }
  /** Uniform in ±1 with negative values replaced by zero: what comes out of a ReLU. */
  | { readonly from: 'rectified' }
  /** A shuffled ladder without ties: away from the kinks of maxima. */
  | { readonly from: 'distinct' }
  /** Uniform in ±1 with a NaN now and then. */
  | { readonly from: 'withNaN' }
  /** Zeros with a rectangle of ones in the middle of each image, larger in each further item. */
  | { readonly from: 'hole' }
  /** Whole numbers from `low` to below `high`. */
  | { readonly from: 'integers'; readonly low: number; readonly high: number }

/** One input of a case. Weights and state become variables; the rest are inputs of the graph. */
export interface CaseInput {
  readonly name: string
  readonly shape: Shape
  readonly role: 'activation' | 'plain' | 'weight' | 'state'
  readonly type: ValueType
  readonly values: CaseValues
}

/** One application of an op: used for correctness on every device, gradient checks and benchmarks. */
export interface OpCase<A extends object = Attributes> {
  readonly name: string
  readonly inputs: readonly CaseInput[]
  readonly attributes: A
  /** Inputs that the gradient rule holds constant although the output depends on them. */
  readonly constants?: readonly string[]
  /** Why finite differences say nothing here; without it, ops with a gradient are checked. */
  readonly noGradientCheck?: string
}

/** The cases of one op. */
export interface OpCases<A extends object = Attributes> {
  readonly op: OpDefinition<A>
  readonly cases: readonly OpCase<A>[]
  /** Widens the tolerance that follows from the op's sums, for a reason. */
  readonly looseness?: { readonly factor: number; readonly why: string }
}

/** A table of cases with its attribute type forgotten, so that tables of all ops fit in one list. */
export function opCases<A extends object>(table: OpCases<A>): OpCases {
  return table as unknown as OpCases
}

const symmetric: CaseValues = { from: 'uniform', low: -1, high: 1 }

/** Uniform values between two bounds. */
export function between(low: number, high: number): CaseValues {
  return { from: 'uniform', low, high }
}

/** An activation: devices may store it channels last. */
export function activationInput(name: string, shape: Shape, values = symmetric): CaseInput {
  return { name, shape, role: 'activation', type: 'float32', values }
}

/** A row-major value that is no variable: a scalar, a statistic, the gradient of a weight. */
export function plainInput(name: string, shape: Shape, values = symmetric): CaseInput {
  return { name, shape, role: 'plain', type: 'float32', values }
}

/** A trained variable that the op only reads. */
export function weightInput(name: string, shape: Shape, values = symmetric): CaseInput {
  return { name, shape, role: 'weight', type: 'float32', values }
}

/** A variable that the op overwrites. */
export function stateInput(name: string, shape: Shape, values = symmetric): CaseInput {
  return { name, shape, role: 'state', type: 'float32', values }
}

/** Whole numbers from 0 to below `limit`: labels, steps. */
export function integerInput(name: string, shape: Shape, limit: number): CaseInput {
  const values: CaseValues = { from: 'integers', low: 0, high: limit }
  return { name, shape, role: 'plain', type: 'int32', values }
}
