import { SluiceError } from '../../foundation/errors.ts'
import type { TensorPreprocessing } from './preprocessing.ts'
import { axisTaps, mirrorTaps, resamplePlane } from './resample.ts'
import { sampleTimes, TIME_SLACK } from './sampling.ts'
import type { TensorClip } from './tensorClip.ts'
import type { ClipChoice, View } from './toTensor.ts'

/**
 * A clip of an array as a network reads it. Steps are taken one by one from `start`; past the end the
 * last one stays. Light works on normalised values, around 0, as arrays have no black.
 * @throws SluiceError `data` when the array has other channels or another grid than described
 */
export function gridToTensor(
  clip: TensorClip,
  description: TensorPreprocessing,
  choice: ClipChoice,
  out: Float32Array,
  outAt: number,
): Float32Array {
  requireGrid(clip, description)
  const { channels, height, width, count, data } = clip
  const { frames, mean, std } = description
  const { start = 0, speed = 1, view, mirror = false } = choice
  const times = sampleTimes({ frames, fps: 1, start, speed })
  const area = height * width
  const plain = !mirror && (view === undefined || isWhole(view, width, height))
  const seen = view ?? { left: 0, top: 0, width, height }
  const rows = axisTaps(height, seen.top, seen.height, height)
  const shown = axisTaps(width, seen.left, seen.width, width)
  const columns = mirror ? mirrorTaps(shown) : shown
  for (let t = 0; t < frames; t++) {
    const time = times[choice.order?.[t] ?? t] as number
    const step = Math.min(count - 1, Math.max(0, Math.floor(time + TIME_SLACK)))
    for (let c = 0; c < channels; c++) {
      const from = (c * count + step) * area
      const to = outAt + (c * frames + t) * area
      if (plain) out.set(data.subarray(from, from + area), to)
      else resamplePlane(data, from, width, rows, columns, out, to)
    }
  }
  const length = frames * area
  for (let c = 0; c < channels; c++) {
    const from = outAt + c * length
    const middle = mean[c] as number
    const deviation = std[c] as number
    for (let i = from; i < from + length; i++) out[i] = ((out[i] as number) - middle) / deviation
  }
  const { brightness = 1, contrast = 1 } = choice.light ?? {}
  if (brightness !== 1 || contrast !== 1) {
    shine(out.subarray(outAt, outAt + channels * length), brightness, contrast)
  }
  return out
}

/** @throws SluiceError `data` unless the clip has the channels and the grid that are described */
export function requireGrid(clip: TensorClip, description: TensorPreprocessing): void {
  const shown = ({ channels, height, width }: TensorClip | TensorPreprocessing): string =>
    `${channels} ${channels === 1 ? 'channel' : 'channels'} of ${height}×${width}`
  if (shown(clip) === shown(description)) return
  throw new SluiceError('data', 'the array has another size than the network sees', {
    expected: shown(description),
    received: shown(clip),
  })
}

function isWhole(view: View, width: number, height: number): boolean {
  return view.left === 0 && view.top === 0 && view.width === width && view.height === height
}

function shine(values: Float32Array, brightness: number, contrast: number): void {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  const pivot = sum / values.length
  for (let i = 0; i < values.length; i++) {
    values[i] = (((values[i] as number) - pivot) * contrast + pivot) * brightness
  }
}
