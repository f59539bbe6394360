import type { GateMap } from 'sluice'
import { resizeHole, type Size } from 'sluice/inpainting'

/** How far a layer's gate is open where the hole is, and where it is not: means over channels and places. */
export interface HoleOpening {
  readonly inside: number
  readonly around: number
}

/** Compares a gate `[1, G, H, W]` inside and outside of a hole; NaN where there is no such place. */
export function holeOpening({ opening }: GateMap, hole: Uint8Array, size: Size): HoleOpening {
  const { shape, data } = opening
  const [, channels = 1, height = 1, width = 1] = shape
  const small = resizeHole(hole, size, { width, height })
  const sums = [0, 0]
  const counts = [0, 0]
  small.forEach((mark, place) => {
    for (let channel = 0; channel < channels; channel++) {
      sums[mark] = (sums[mark] ?? 0) + (data[channel * small.length + place] as number)
    }
    counts[mark] = (counts[mark] ?? 0) + channels
  })
  const mean = (mark: 0 | 1): number => (sums[mark] ?? 0) / (counts[mark] ?? 0)
  return { inside: mean(1), around: mean(0) }
}
