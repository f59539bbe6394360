import { Random } from '../../foundation/random.ts'
import type { Frames } from '../clips/frames.ts'
import type { Preprocessing } from '../clips/preprocessing.ts'
import { centreStart, clipSpan } from '../clips/sampling.ts'
import { type ClipChoice, plainView } from '../clips/toTensor.ts'
import type { Augmentation } from './augmentation.ts'

/** The stream for one sample of one epoch: no other sample, order or thread can change its draws. */
export function sampleRandom(seed: number, epoch: number, sample: number): Random {
  return new Random(seed, `augmentation of epoch ${epoch}`, sample)
}

/**
 * Draws which part of a recording, in time, space and light, a training step sees. Always takes the
 * same number of draws, so changing one strength leaves the others' outcomes as they were.
 */
export function augmentClip(
  frames: Frames,
  description: Preprocessing,
  augmentation: Augmentation,
  random: Random,
): ClipChoice {
  const { crop, scale, brightness, contrast, jitter } = augmentation
  const across = random.uniform(-1, 1) * crop
  const down = random.uniform(-1, 1) * crop
  // In powers, so that growing and shrinking by the same factor are equally likely.
  const zoom = (1 + scale) ** random.uniform(-1, 1)
  const light = {
    brightness: 1 + random.uniform(-1, 1) * brightness,
    contrast: 1 + random.uniform(-1, 1) * contrast,
  }
  const view = plainView(frames, description.resize)
  const width = view.width * zoom
  const height = view.height * zoom
  const span = clipSpan(description)
  const middle = centreStart(frames.duration, span)
  return {
    start: middle + random.uniform(-1, 1) * jitter * (middle + 1 / description.fps),
    view: {
      left: view.left + (view.width - width) / 2 + across * view.width,
      top: view.top + (view.height - height) / 2 + down * view.height,
      width,
      height,
    },
    light,
  }
}
