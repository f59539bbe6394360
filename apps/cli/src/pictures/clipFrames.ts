import { centreStart, clipSpan, clipToTensor, type Frames, type Preprocessing } from 'sluice/data'
import type { Pixels } from './pixels.ts'

/** Which moments of a recording, in which order. */
export interface ShownChoice {
  /** Seconds of the first frame. Default: that of the middle clip. */
  readonly start?: number
  readonly order?: readonly number[]
}

/**
 * The frames that a network is shown of a recording, as people can look at them: the same moments and
 * the same part of the picture, in more pixels and without normalisation.
 * @param side height and width of each frame
 */
export function clipFrames(
  frames: Frames,
  preprocessing: Preprocessing,
  side: number,
  choice: ShownChoice = {},
): Pixels[] {
  const start = choice.start ?? centreStart(frames.duration, clipSpan(preprocessing))
  const plain: Preprocessing = { ...preprocessing, size: side, mean: [0, 0, 0], std: [1, 1, 1] }
  const values = clipToTensor(frames, plain, {
    start,
    ...(choice.order === undefined ? {} : { order: choice.order }),
  })
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

/** At most `limit` of some pictures, spread evenly from the first to the last. */
export function evenly<T>(pictures: readonly T[], limit: number): T[] {
  if (pictures.length <= limit) return [...pictures]
  return Array.from({ length: limit }, (_, i) => {
    const at = limit === 1 ? 0 : Math.round((i * (pictures.length - 1)) / (limit - 1))
    return pictures[at]
  }).filter((picture) => picture !== undefined)
}
