import type { Float32Tensor } from '../foundation/hostTensor.ts'

/** What one step compares with: values of the graph's input of this name. */
export type TargetValues = Float32Tensor | Float32Array | Int32Array

/** One batch of a training step, as the loaders make them: always a full batch. */
export interface TrainingBatch {
  /** `[N, C, D, H, W]`, row-major. */
  readonly inputs: Float32Array
  /** `[N]`, each from 0 to below the number of classes: for losses against labels. */
  readonly labels?: Int32Array
  /** Of the model's output's shape, row-major; or, for losses of your own, their inputs by name. */
  readonly targets?: Float32Array | Readonly<Record<string, TargetValues>>
}

/** A batch to be judged: the first `valid` clips are real, the rest only fill it. */
export interface EvaluationBatch extends TrainingBatch {
  readonly valid: number
  /** Which video each clip is from, when several clips of one are averaged; else each stands alone. */
  readonly itemIndices?: readonly number[]
}
