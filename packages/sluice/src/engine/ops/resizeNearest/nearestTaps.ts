import type { Shape } from '../../../foundation/shape.ts'
import { spatial } from '../convolution/geometry.ts'
import { collectTaps, type SpatialTaps } from '../resampling/axisTaps.ts'
import type { ResizeAttributes } from '../resampling/resizeShape.ts'

export interface ResizeNearestAttributes extends ResizeAttributes {
  /**
   * Which input output i reads: `floor` takes `⌊i·in/out⌋` as PyTorch's `nearest`; `alignCorners` takes
   * `⌊i·(in − 1)/(out − 1) + ½⌋` as TensorFlow's `resize_nearest_neighbor(align_corners=True)`, whatever
   * the step.
   */
  readonly mode: 'floor' | 'alignCorners'
}

/** What each output reads. */
export function nearestTaps(x: Shape, { size, mode, step }: ResizeNearestAttributes): SpatialTaps {
  const taps = (axis: 0 | 1 | 2) => {
    const inputs = spatial(x).size[axis]
    const outputs = size[axis]
    // One quotient of whole numbers: elements half-way between two would fall to either side otherwise.
    const gaps = Math.max(1, outputs - 1)
    return collectTaps(outputs, (i, add) => {
      const floor = step === undefined ? (i * inputs) / outputs : i * step[axis]
      const at = mode === 'alignCorners' ? (2 * i * (inputs - 1) + gaps) / (2 * gaps) : floor
      add(Math.min(Math.floor(at), inputs - 1), 1)
    })
  }
  return [taps(0), taps(1), taps(2)]
}
