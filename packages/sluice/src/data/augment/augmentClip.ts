import { Random } from '../../foundation/random.ts'
import type { Preprocessing } from '../clips/preprocessing.ts'
import { centreStart, clipSpan, clockOf } from '../clips/sampling.ts'
import type { Recording } from '../clips/tensorClip.ts'
import { type ClipChoice, plainView } from '../clips/toTensor.ts'
import type { Augmentation } from './augmentation.ts'

/** The stream for one sample of one epoch: no other sample, order or thread can change its draws. */
export function sampleRandom(seed: number, epoch: number, sample: number): Random {
  return new Random(seed, `augmentation of epoch ${epoch}`, sample)
}

/** What was drawn for a clip; whether it may be mirrored or reversed is its class's business. */
export interface AugmentedChoice extends ClipChoice {
  readonly mirror: boolean
  /** Whether it shall run backwards. */
  readonly reverse: boolean
}

/**
 * Draws which part of a recording, in time, space and light, a training step sees. Always takes the
 * same number of draws, so changing one strength leaves the others' outcomes as they were.
 */
export function augmentClip(
  recording: Recording,
  description: Preprocessing,
  augmentation: Augmentation,
  random: Random,
): AugmentedChoice {
  const { crop, scale, brightness, contrast, jitter } = augmentation
  const across = random.uniform(-1, 1) * crop
  const down = random.uniform(-1, 1) * crop
  // In powers, so that growing and shrinking by the same factor are equally likely.
  const zoom = (1 + scale) ** random.uniform(-1, 1)
  const light = {
    brightness: 1 + random.uniform(-1, 1) * brightness,
    contrast: 1 + random.uniform(-1, 1) * contrast,
  }
  const early = random.uniform(-1, 1) * jitter
  const speed = (1 + augmentation.speed) ** random.uniform(-1, 1)
  const mirror = random.uniform() < 0.5 && augmentation.mirror.length > 0
  const reverse = random.uniform() < 0.5 && augmentation.reverse.length > 0
  const resize = description.kind === 'tensor' ? 'stretch' : description.resize
  const view = plainView(recording, resize)
  const width = view.width * zoom
  const height = view.height * zoom
  const clock = clockOf(description)
  const middle = centreStart(recording.duration, clipSpan(clock) * speed)
  return {
    start: middle + early * (middle + 1 / clock.fps),
    view: {
      left: view.left + (view.width - width) / 2 + across * view.width,
      top: view.top + (view.height - height) / 2 + down * view.height,
      width,
      height,
    },
    light,
    speed,
    mirror,
    reverse,
  }
}
