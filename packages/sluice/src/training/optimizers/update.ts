import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Value } from '../../engine/graph/value.ts'
import { constantInitialiser } from '../../foundation/initialiser.ts'

/** One parameter's turn: what an optimizer appends its update to. */
export interface Update {
  readonly builder: GraphBuilder
  readonly parameter: Value
  readonly gradient: Value
  /** Scalar. */
  readonly learningRate: Value
  /** Scalar, counted from 0. */
  readonly step: Value
  /** Factor of all gradients, if they are clipped. */
  readonly scale: Value | undefined
}

/** What the names of all optimizer state begin with; no layer's name can, because of the colon. */
export const optimizerPrefix = 'optimizer:'

/** State of the parameter's shape that begins at zero and lives as long as the parameter. */
export function zeroState({ builder, parameter }: Update, what: string): Value {
  const name = `${optimizerPrefix}${what}:${parameter.name}`
  return builder.variable(name, parameter.shape, 'buffer', constantInitialiser(0))
}

/**
 * The decay of one parameter: none for biases and norms (rank 1 and below), which have no scale to
 * shrink that the next layer would not undo.
 */
export function decayOf({ parameter }: Update, weightDecay: number): number {
  return parameter.shape.length <= 1 ? 0 : weightDecay
}
