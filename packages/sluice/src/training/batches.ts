/** Clips and labels for one training step, as the loaders make them: always a full batch. */
export interface TrainingBatch {
  /** `[N, C, D, H, W]`, row-major. */
  readonly inputs: Float32Array
  /** `[N]`, each from 0 to below the number of classes. */
  readonly labels: Int32Array
}

/** A batch to be judged: the first `valid` clips are real, the rest only fill it. */
export interface EvaluationBatch extends TrainingBatch {
  readonly valid: number
  /** Which video each clip is from, when several clips of one are averaged; else each stands alone. */
  readonly itemIndices?: readonly number[]
}
