import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'

/** A loss as plain data, enough to tell two runs apart: kept in checkpoints. */
export interface LossDescription {
  readonly type: string
  readonly [option: string]: unknown
}

/** What a loss appends to the graph of a step. */
export interface BuiltLoss {
  /** A scalar. */
  readonly loss: Value
  /** Probabilities `[N, classes]`, from losses of labels: accuracy is counted from them. */
  readonly probabilities?: Value
  /** Scalars that the loss is made of, by name, for progress and records. */
  readonly terms?: Readonly<Record<string, Value>>
  /** Further values that whoever trains wants to read after a step, by name. */
  readonly shown?: Readonly<Record<string, Value>>
}

/**
 * How the output of a model is judged. A training step calls `build` on the model's output, and the
 * loss asks the builder for the inputs it compares with: `labels` (int32 `[N]`), `targets` (of the
 * output's shape), or, in a loss of your own, whatever batches bring under these names. A loss may
 * apply any ops and even other networks, which it names.
 */
export interface Loss {
  /** Whether it judges by class labels, and so counts what is right, or by tensors. */
  readonly against: 'labels' | 'targets'
  describe(): LossDescription
  /** Paths of networks that it builds: a step gives them neither gradients nor updates. */
  readonly networks?: readonly string[]
  /** Values of their variables that never change: written once, and no part of a trainer's state. */
  readonly constants?: NamedTensors
  build(builder: GraphBuilder, output: Value): BuiltLoss
  /**
   * How much a batch weighs beside others when gradients of several are averaged. Without it batches
   * weigh alike, which is right for every loss that is a mean over its batch.
   */
  weightOf?(labels: ArrayLike<number>): number
}
