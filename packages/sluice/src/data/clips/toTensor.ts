import { SluiceError } from '../../foundation/errors.ts'
import { invariant } from '../../foundation/invariant.ts'
import type { Frames } from './frames.ts'
import { gridToTensor } from './gridToTensor.ts'
import { inputShape, type Preprocessing, type VideoPreprocessing } from './preprocessing.ts'
import { axisTaps, mirrorTaps, resampleFrame } from './resample.ts'
import { frameAt, sampleTimes } from './sampling.ts'
import type { Recording } from './tensorClip.ts'

/**
 * The part of a frame that becomes the input, in source pixels; fractions and overhang allowed. When
 * shrinking, its border blends in the pixels just outside, as resizing before cropping would.
 */
export interface View {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Light as factors: 1 leaves it alone. */
export interface Light {
  readonly brightness: number
  /** Spreads values around the clip's own mean. */
  readonly contrast: number
}

/** What is taken from a recording; everything has a plain default. */
export interface ClipChoice {
  /** Seconds of the first frame picked. Default 0. */
  readonly start?: number
  /** Default: all of the frame (`stretch`) or its middle square (`crop`). */
  readonly view?: View
  readonly light?: Light
  /** How much faster than recorded. Default 1. */
  readonly speed?: number
  /** Left and right exchanged. Default false. */
  readonly mirror?: boolean
  /** Which of the sampled frames stands at each place. Default: each at its own. */
  readonly order?: readonly number[]
}

/** Elements of one clip: channels · frames · height · width. */
export function clipElements(description: Preprocessing): number {
  const [channels, frames, height, width] = inputShape(description)
  return channels * frames * height * width
}

/** The view without augmentation: the whole frame, or the square in its middle. */
export function plainView(
  size: { readonly width: number; readonly height: number },
  resize: VideoPreprocessing['resize'],
): View {
  const { width, height } = size
  if (resize === 'stretch') return { left: 0, top: 0, width, height }
  const side = Math.min(width, height)
  return { left: (width - side) / 2, top: (height - side) / 2, width: side, height: side }
}

/**
 * The clip as a network reads it: `[C, D, H, W]` (channel, time, height, width), normalised by
 * `(x / 255 − mean) / std` for pixels and `(x − mean) / std` for arrays.
 * @param out written from `outAt`; a new array unless given
 * @throws SluiceError `data` when the recording is not of the kind or size that is described
 */
export function clipToTensor(
  recording: Recording,
  description: Preprocessing,
  choice: ClipChoice = {},
  out: Float32Array = new Float32Array(clipElements(description)),
  outAt = 0,
): Float32Array {
  invariant(outAt + clipElements(description) <= out.length, 'a clip does not fit its batch')
  if (description.kind === 'tensor') {
    if ('kind' in recording) return gridToTensor(recording, description, choice, out, outAt)
  } else if (!('kind' in recording)) {
    return framesToTensor(recording, description, choice, out, outAt)
  }
  throw new SluiceError('data', 'the model was made for another kind of clip', {
    expected: description.kind === 'tensor' ? 'arrays' : 'videos or images',
    received: 'kind' in recording ? 'an array' : 'a video or images',
  })
}

function framesToTensor(
  frames: Frames,
  description: VideoPreprocessing,
  choice: ClipChoice,
  out: Float32Array,
  outAt: number,
): Float32Array {
  const { size } = description
  const view = choice.view ?? plainView(frames, description.resize)
  const rows = axisTaps(frames.height, view.top, view.height, size)
  const shown = axisTaps(frames.width, view.left, view.width, size)
  const columns = choice.mirror === true ? mirrorTaps(shown) : shown
  const { start = 0, speed = 1 } = choice
  const times = sampleTimes({ ...description, start, speed })
  const area = size * size
  const plane = description.frames * area
  const frameBytes = frames.height * frames.width * 3
  let previous = -1
  for (let t = 0; t < description.frames; t++) {
    const time = times[choice.order?.[t] ?? t] as number
    const picked = frameAt(frames.times, time)
    const at = outAt + t * area
    if (picked === previous) {
      // A held frame: the same pixels again, so copy instead of resizing once more.
      for (let c = 0; c < 3; c++)
        out.copyWithin(at + c * plane, at + c * plane - area, at + c * plane)
    } else {
      resampleFrame(frames.data, picked * frameBytes, frames.width, rows, columns, out, at, plane)
    }
    previous = picked
  }
  normalise(out, outAt, plane, description, choice.light)
  return out
}

/** Light and normalisation in one pass. Light is the same for all frames, or it would look like motion. */
function normalise(
  out: Float32Array,
  outAt: number,
  plane: number,
  description: VideoPreprocessing,
  light: Light | undefined,
): void {
  const lit = light !== undefined && (light.brightness !== 1 || light.contrast !== 1)
  const pivot = lit ? meanOf(out, outAt, plane * 3) : 0
  description.mean.forEach((mean, c) => {
    const std = description.std[c] as number
    const from = outAt + c * plane
    const to = from + plane
    for (let i = from; i < to; i++) {
      let value = out[i] as number
      if (lit) {
        value = ((value - pivot) * light.contrast + pivot) * light.brightness
        value = Math.min(255, Math.max(0, value))
      }
      out[i] = (value / 255 - mean) / std
    }
  })
}

function meanOf(values: Float32Array, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += values[i] as number
  return sum / count
}
