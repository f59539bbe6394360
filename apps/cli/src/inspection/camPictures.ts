import { type Float32Tensor, stretchMap } from 'sluice'
import { overlaid, type Scale } from '../pictures/heat.ts'
import { type Pixels, tiled } from '../pictures/pixels.ts'
import { ACROSS } from './gatePictures.ts'

/** Where a network looked, laid over the frames it saw. */
export interface CamPictures {
  readonly overlay: Pixels
  /** Part of the whole that each frame has; all 0 when nothing spoke for the class. */
  readonly shares: readonly number[]
  /** Row and column of each frame's strongest place, from 0 at the top and left to 1. */
  readonly peaks: readonly (readonly [row: number, column: number])[]
}

/**
 * Lays a map `[1, …space]` over frames, brightest where the whole clip has its strongest place.
 * @param shown frames of one size
 */
export function camPictures(map: Float32Tensor, shown: readonly Pixels[]): CamPictures {
  const [, ...space] = map.shape
  const [depth = 1, height = 1, width = 1] = [1, 1, 1, ...space].slice(-3)
  const [first] = shown
  const [tall, across] = [first?.height ?? 1, first?.width ?? 1]
  const block = { ...map, shape: [1, depth, height, width] }
  const fine = stretchMap(block, [shown.length, tall, across]).data
  const most = fine.reduce((high, value) => Math.max(high, value), 0)
  const scale: Scale = [0, most]
  const area = tall * across
  let total = 0
  const sums = shown.map((_, t) => {
    let sum = 0
    for (let i = 0; i < area; i++) sum += fine[t * area + i] as number
    total += sum
    return sum
  })
  const peaks = shown.map((_, t): readonly [number, number] => {
    let best = 0
    for (let i = 0; i < area; i++) {
      if ((fine[t * area + i] as number) > (fine[t * area + best] as number)) best = i
    }
    return [(Math.floor(best / across) + 0.5) / tall, ((best % across) + 0.5) / across]
  })
  const pictures = shown.map((frame, t) => {
    const values = fine.subarray(t * area, (t + 1) * area)
    return overlaid(frame, { width: across, height: tall, values }, scale)
  })
  return {
    overlay: tiled(pictures, ACROSS),
    shares: sums.map((sum) => (total === 0 ? 0 : sum / total)),
    peaks,
  }
}
