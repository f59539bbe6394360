import {
  centreStart,
  clipSpan,
  clipToTensor,
  clockOf,
  type Preprocessing,
  type Recording,
  type TensorPreprocessing,
} from 'sluice/data'
import type { Pixels } from './pixels.ts'

/** Which moments of a recording, in which order. */
export interface ShownChoice {
  /** Seconds of the first frame. Default: that of the middle clip. */
  readonly start?: number
  readonly order?: readonly number[]
}

/**
 * The frames that a network is shown of a recording, as people can look at them: the same moments and
 * the same part of the picture, in more pixels and without normalisation. Of arrays the first channel
 * is shown, in grey from two deviations below its mean to two above.
 * @param side height and width of each frame
 */
export function clipFrames(
  recording: Recording,
  preprocessing: Preprocessing,
  side: number,
  choice: ShownChoice = {},
): Pixels[] {
  const span = clipSpan(clockOf(preprocessing))
  const start = choice.start ?? centreStart(recording.duration, span)
  const shown = { start, ...(choice.order === undefined ? {} : { order: choice.order }) }
  if (preprocessing.kind === 'tensor') {
    return greyPictures(clipToTensor(recording, preprocessing, shown), preprocessing, side)
  }
  const plain: Preprocessing = { ...preprocessing, size: side, mean: [0, 0, 0], std: [1, 1, 1] }
  const values = clipToTensor(recording, plain, shown)
  const area = side * side
  const plane = preprocessing.frames * area
  return Array.from({ length: preprocessing.frames }, (_, t) => {
    const data = new Uint8Array(area * 3)
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) {
        const value = values[c * plane + t * area + i] as number
        data[i * 3 + c] = Math.max(0, Math.min(255, Math.round(255 * value)))
      }
    }
    return { width: side, height: side, data }
  })
}

function greyPictures(
  values: Float32Array,
  { frames, height, width }: TensorPreprocessing,
  side: number,
): Pixels[] {
  return Array.from({ length: frames }, (_, t) => {
    const data = new Uint8Array(side * side * 3)
    for (let y = 0; y < side; y++) {
      const row = (t * height + Math.floor((y * height) / side)) * width
      for (let x = 0; x < side; x++) {
        const value = values[row + Math.floor((x * width) / side)] as number
        const grey = Math.max(0, Math.min(255, Math.round(255 * (value / 4 + 0.5))))
        data.fill(grey, (y * side + x) * 3, (y * side + x + 1) * 3)
      }
    }
    return { width: side, height: side, data }
  })
}

/** At most `limit` of some pictures, spread evenly from the first to the last. */
export function evenly<T>(pictures: readonly T[], limit: number): T[] {
  if (pictures.length <= limit) return [...pictures]
  return Array.from({ length: limit }, (_, i) => {
    const at = limit === 1 ? 0 : Math.round((i * (pictures.length - 1)) / (limit - 1))
    return pictures[at]
  }).filter((picture) => picture !== undefined)
}
