/** Clips: sampling, preprocessing, augmentation, data sets and batches. Runs in browsers and Node. */

export {
  type Augmentation,
  mildAugmentation,
  noAugmentation,
  readAugmentation,
} from '../data/augment/augmentation.ts'
export { augmentClip, sampleRandom } from '../data/augment/augmentClip.ts'
export { type FrameOrder, frameOrders, orderFrames } from '../data/clips/frameOrder.ts'
export { createFrames, type FrameParts, type Frames } from '../data/clips/frames.ts'
export {
  type PerChannel,
  type Preprocessing,
  preprocessing,
  readPreprocessing,
} from '../data/clips/preprocessing.ts'
export { resizeFrames } from '../data/clips/resizeFrames.ts'
export {
  type Clock,
  centreStart,
  clipSpan,
  frameAt,
  sampleTimes,
  uniformStarts,
} from '../data/clips/sampling.ts'
export {
  type ClipWindow,
  slidingWindows,
  type TimedFrame,
} from '../data/clips/slidingWindows.ts'
export {
  type ClipChoice,
  clipElements,
  clipToTensor,
  type Light,
  plainView,
  type View,
} from '../data/clips/toTensor.ts'
export {
  type ClipDataset,
  type ClipSource,
  clipDataset,
  countPerClass,
  itemsOf,
  relabel,
  type Split,
  splitByFraction,
} from '../data/dataset.ts'
export type { Batch, LoaderOptions } from '../data/loader/batch.ts'
export {
  type EvaluationBatch,
  type EvaluationOptions,
  evaluationBatches,
} from '../data/loader/evaluationBatches.ts'
export { keepFrames } from '../data/loader/keepFrames.ts'
export { TrainingBatches, type TrainingOptions } from '../data/loader/trainingBatches.ts'
export { naturalOrder } from '../data/naturalOrder.ts'
