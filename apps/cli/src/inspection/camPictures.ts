import { type Float32Tensor, stretchMap } from 'sluice'
import { overlaid, type Scale } from '../pictures/heat.ts'
import { type Pixels, tiled } from '../pictures/pixels.ts'
import { ACROSS } from './gatePictures.ts'
import type { TakenClip } from './takeClip.ts'

/** What one moment of a clip contributed. */
export interface CamMoment {
  /** Seconds of a video, steps of an array. */
  readonly time: number
  /** Its part of the whole; 0 at every moment when nothing spoke for the class. */
  readonly share: number
  /** Row and column of its strongest place, from 0 at the top and left to 1. */
  readonly peak: readonly [row: number, column: number]
}

/** Where a network looked, laid over the frames it saw. */
export interface CamPictures {
  readonly overlay: Pixels
  /** A frame each; of long sequences, stretches. */
  readonly moments: readonly CamMoment[]
}

/** Stretches that a sequence is summed up in. */
const STRETCHES = 32

/**
 * Lays a map `[1, …space]` over what was shown, brightest where the whole clip has its strongest place.
 */
export function camPictures(
  map: Float32Tensor,
  { shown, times, sequence }: Pick<TakenClip, 'shown' | 'times' | 'sequence'>,
): CamPictures {
  const [, ...space] = map.shape
  const [depth = 1, height = 1, width = 1] = [1, 1, 1, ...space].slice(-3)
  const [first] = shown
  const [tall, across] = [first?.height ?? 1, first?.width ?? 1]
  const from = sequence ? [1, 1, 1, depth] : [1, depth, height, width]
  const to = [shown.length, tall, across]
  const fine = stretchMap({ ...map, shape: from }, to).data
  const most = fine.reduce((high, value) => Math.max(high, value), 0)
  const scale: Scale = [0, most]
  const area = tall * across
  const pictures = shown.map((frame, t) => {
    const values = fine.subarray(t * area, (t + 1) * area)
    return overlaid(frame, { width: across, height: tall, values }, scale)
  })
  const overlay = tiled(pictures, ACROSS)
  if (!sequence) return { overlay, moments: momentsOf(fine, times, tall, across) }
  const stretches = Math.min(STRETCHES, times.length)
  const coarse = stretchMap({ ...map, shape: [1, depth] }, [times.length]).data
  const summed = Float32Array.from({ length: stretches }, (_, i) => {
    const [begin, end] = [i, i + 1].map((at) => Math.floor((at * times.length) / stretches))
    return coarse.subarray(begin, end).reduce((sum, value) => sum + value, 0)
  })
  const starts = Array.from(
    summed,
    (_, i) => times[Math.floor((i * times.length) / stretches)] ?? 0,
  )
  return { overlay, moments: momentsOf(summed, starts, 1, 1) }
}

function momentsOf(
  values: Float32Array,
  times: readonly number[],
  height: number,
  width: number,
): CamMoment[] {
  const area = height * width
  const total = values.reduce((sum, value) => sum + value, 0)
  return times.map((time, t) => {
    let sum = 0
    let best = 0
    for (let i = 0; i < area; i++) {
      const value = values[t * area + i] as number
      sum += value
      if (value > (values[t * area + best] as number)) best = i
    }
    const [row, column] = [Math.floor(best / width), best % width]
    return {
      ...{ time, share: total === 0 ? 0 : sum / total },
      peak: [(row + 0.5) / height, (column + 0.5) / width],
    }
  })
}
