import { Random } from '../../foundation/random.ts'
import type { Augmentation } from '../augment/augmentation.ts'
import { augmentClip, sampleRandom } from '../augment/augmentClip.ts'
import { counterpartLabels } from '../augment/counterparts.ts'
import { type FrameOrder, orderFrames } from '../clips/frameOrder.ts'
import type { Preprocessing } from '../clips/preprocessing.ts'
import { clipSpan, clockOf, uniformStarts } from '../clips/sampling.ts'
import type { Recording } from '../clips/tensorClip.ts'
import { clipToTensor } from '../clips/toTensor.ts'
import type { MadeClip } from './batch.ts'

/**
 * How recordings become training clips: plain data, so that it can be sent to where they are made.
 * The bits of a clip follow from this, the recording, its label and the place alone.
 */
export interface TrainingRecipe {
  readonly preprocessing: Preprocessing
  readonly augmentation: Augmentation
  readonly seed: number
  /** Names of the labels; needed where the augmentation names classes. */
  readonly classes: readonly string[]
}

/** Which of all clips of a training run. */
export interface TrainingPlace {
  readonly epoch: number
  /** Within the epoch: the item's index, and so much more when it comes round again. */
  readonly sample: number
}

/** The clip that training sees at one place; its label is the counterpart's if it was turned round. */
export function makeTrainingClip(
  recording: Recording,
  label: number,
  recipe: TrainingRecipe,
  { epoch, sample }: TrainingPlace,
): MadeClip {
  const { preprocessing, augmentation, seed, classes } = recipe
  const random = sampleRandom(seed, epoch, sample)
  const choice = augmentClip(recording, preprocessing, augmentation, random)
  const mirrored = counterpartLabels(augmentation.mirror, classes, 'mirror')[label] ?? -1
  const mirror = choice.mirror && mirrored !== -1
  const shown = mirror ? mirrored : label
  const reversed = counterpartLabels(augmentation.reverse, classes, 'reverse')[shown] ?? -1
  const reverse = choice.reverse && reversed !== -1
  const order = Array.from({ length: preprocessing.frames }, (_, i) => i)
  if (reverse) order.reverse()
  return {
    values: clipToTensor(recording, preprocessing, { ...choice, mirror, order }),
    label: reverse ? reversed : shown,
  }
}

/** How recordings become clips to be judged: plain data. */
export interface EvaluationRecipe {
  readonly preprocessing: Preprocessing
  /** Clips per recording, spread over it; fewer where it is no longer than a clip. */
  readonly clips: number
  readonly order: FrameOrder
  /** Decides, with an item's index, how its clips are shuffled. */
  readonly seed: number
}

/** The clips of one recording, the item of that index, without augmentation. */
export function makeEvaluationClips(
  recording: Recording,
  recipe: EvaluationRecipe,
  index: number,
): Float32Array[] {
  const { preprocessing, clips, order: frameOrder, seed } = recipe
  const span = clipSpan(clockOf(preprocessing))
  const random = new Random(seed, 'order of frames', index)
  return uniformStarts(recording.duration, span, clips).map((start) => {
    const order = orderFrames(frameOrder, preprocessing.frames, random)
    return clipToTensor(recording, preprocessing, { start, order })
  })
}
