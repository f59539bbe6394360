/** Training: losses, optimizers, schedules, the loop with checkpoints, and metrics. */

export {
  AdversarialTrainer,
  type AdversarialTrainerOptions,
} from '../training/adversarial/adversarialTrainer.ts'
export type { Adversary, Exhibition, Exhibits } from '../training/adversarial/adversary.ts'
export type { EvaluationBatch, TargetValues, TrainingBatch } from '../training/batches.ts'
export {
  type Checkpoint,
  readCheckpoint,
  requireSameRun,
  writeCheckpoint,
} from '../training/checkpoint.ts'
export type { Clips } from '../training/clips.ts'
export { type EarlyStopping, shouldStop } from '../training/earlyStopping.ts'
export { type Predict, predictItems } from '../training/evaluate.ts'
export { type FitEvent, type FitOptions, type FitResult, fit } from '../training/fit.ts'
export { blocksOf } from '../training/freezing.ts'
export {
  balancedClassWeights,
  type CrossEntropyOptions,
  crossEntropy,
} from '../training/losses/crossEntropy.ts'
export {
  binaryCrossEntropyWithLogits,
  type ElementLossOptions,
  hinge,
  meanAbsoluteError,
  meanSquaredError,
  smoothL1,
} from '../training/losses/elementLosses.ts'
export type { BuiltLoss, Loss, LossDescription } from '../training/losses/loss.ts'
export { sumOfLosses, type WeightedLoss } from '../training/losses/sumOfLosses.ts'
export {
  type ClassificationMetrics,
  type ClassMetrics,
  classificationMetrics,
  confusionMatrix,
  type Prediction,
  perClassMetrics,
  top1,
  topK,
} from '../training/metrics.ts'
export { type Adam, type Adamw, adam, adamw } from '../training/optimizers/adam.ts'
export type { Optimizer } from '../training/optimizers/optimizer.ts'
export { type Sgd, sgd } from '../training/optimizers/sgd.ts'
export type { BestEpoch, EpochRecord, Judgement, Progress } from '../training/progress.ts'
export { MemoryStorage, type RunStorage } from '../training/runStorage.ts'
export { type ConstantSchedule, constant } from '../training/schedules/constant.ts'
export { type CosineSchedule, cosine } from '../training/schedules/cosine.ts'
export { type OneCycleSchedule, oneCycle } from '../training/schedules/oneCycle.ts'
export { learningRateAt, type Schedule } from '../training/schedules/schedule.ts'
export {
  type MultiStepSchedule,
  multiStep,
  type StepDecaySchedule,
  stepDecay,
} from '../training/schedules/stepDecay.ts'
export { type WarmupSchedule, warmup } from '../training/schedules/warmup.ts'
export { argmax, softmax } from '../training/softmax.ts'
export { type TrainOptions, train } from '../training/train.ts'
export { Trainer } from '../training/trainer.ts'
export type {
  Accumulated,
  TrainerConfiguration,
  TrainerOptions,
  TrainerState,
} from '../training/trainerOptions.ts'
export {
  type GradientOptions,
  type TrainingGraphOptions,
  trainingGraph,
  type UpdateOptions,
} from '../training/trainingGraph.ts'
