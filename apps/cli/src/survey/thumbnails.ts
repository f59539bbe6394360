import { preprocessing, type Recording } from 'sluice/data'
import { clipFrames, evenly } from '../pictures/clipFrames.ts'
import { heatPicture } from '../pictures/heat.ts'
import type { Pixels } from '../pictures/pixels.ts'

/** Pixels of a thumbnail's side. */
export const THUMBNAIL = 56
const MOST = 16

/** Frames of a recording as small squares: the middle of pictures, the first channel of arrays. */
export function thumbnails(recording: Recording): Pixels[] {
  const { count, duration } = recording
  if (!('kind' in recording)) {
    const frames = Math.min(MOST, count)
    const fps = Math.min(1000, frames / Math.max(duration, 1e-3))
    const view = preprocessing({ frames, fps, size: THUMBNAIL })
    return clipFrames(recording, view, THUMBNAIL, { start: 0 })
  }
  const { channels, height, width, data } = recording
  const part = height * width === 1 ? data : data.subarray(0, count * height * width)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of part) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (height * width === 1) {
    const grid = { width: count, height: channels, values: data }
    return [heatPicture(grid, [low, high], THUMBNAIL, THUMBNAIL)]
  }
  const steps = evenly(
    Array.from({ length: count }, (_, t) => t),
    MOST,
  )
  return steps.map((t) => {
    const values = data.subarray(t * height * width, (t + 1) * height * width)
    return heatPicture({ width, height, values }, [low, high], THUMBNAIL, THUMBNAIL)
  })
}
