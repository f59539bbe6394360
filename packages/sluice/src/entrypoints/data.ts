/** Clips: sampling, preprocessing, augmentation, data sets and batches. Runs in browsers and Node. */

export {
  type Augmentation,
  mildAugmentation,
  noAugmentation,
  readAugmentation,
  tensorAugmentation,
} from '../data/augment/augmentation.ts'
export { type AugmentedChoice, augmentClip, sampleRandom } from '../data/augment/augmentClip.ts'
export { type Counterparts, counterpartLabels } from '../data/augment/counterparts.ts'
export { type FrameOrder, frameOrders, orderFrames } from '../data/clips/frameOrder.ts'
export { createFrames, type FrameParts, type Frames } from '../data/clips/frames.ts'
export { requireGrid } from '../data/clips/gridToTensor.ts'
export {
  inputShape,
  type PerChannel,
  type Preprocessing,
  preprocessing,
  readPreprocessing,
  type TensorPreprocessing,
  type VideoPreprocessing,
} from '../data/clips/preprocessing.ts'
export { resizeFrames } from '../data/clips/resizeFrames.ts'
export {
  type Clock,
  centreStart,
  clipSpan,
  clockOf,
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
  checkAxes,
  type Recording,
  type TensorClip,
  tensorClip,
  tensorSteps,
  usualAxes,
} from '../data/clips/tensorClip.ts'
export {
  type ChannelStatistics,
  combineStatistics,
  statisticsOf,
} from '../data/clips/tensorStatistics.ts'
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
} from '../data/dataset.ts'
export { type ClipList, type ListedClip, readClipList, splitNames } from '../data/lists/clipList.ts'
export { type CsvRow, csvLimits, parseCsv } from '../data/lists/csv.ts'
export { readImageList } from '../data/lists/imageList.ts'
export type { Batch, LoaderOptions, MadeClip } from '../data/loader/batch.ts'
export {
  type EvaluationBatch,
  type EvaluationOptions,
  evaluationBatches,
} from '../data/loader/evaluationBatches.ts'
export { keepFrames } from '../data/loader/keepFrames.ts'
export {
  type EvaluationRecipe,
  makeEvaluationClips,
  makeTrainingClip,
  type TrainingPlace,
  type TrainingRecipe,
} from '../data/loader/makeClips.ts'
export { TrainingBatches, type TrainingOptions } from '../data/loader/trainingBatches.ts'
export { naturalOrder } from '../data/naturalOrder.ts'
export { classesWithout, dividedGroups, splitByFraction } from '../data/splitting.ts'
