import type { Shape } from '../../../foundation/shape.ts'
import { spatial, type Triple } from '../convolution/geometry.ts'
import type { AxisTaps, SpatialTaps } from '../resampling/axisTaps.ts'
import { checkSize, type Step } from '../resampling/resizeShape.ts'

export interface ResizeNearestAttributes {
  /** Sizes of the output; 1 for the axes that a lower rank lacks. */
  readonly size: Triple
  /**
   * Which input output i reads: `floor` takes `⌊i·in/out⌋` as PyTorch's `nearest`; `alignCorners` takes
   * `⌊i·(in − 1)/(out − 1) + ½⌋` as TensorFlow's `resize_nearest_neighbor(align_corners=True)`.
   */
  readonly mode: 'floor' | 'alignCorners'
  /** Inputs per output instead of `in/out`, for `floor` with a scale that does not divide evenly. */
  readonly step?: Step
}

function axisTaps(
  size: number,
  outputs: number,
  mode: ResizeNearestAttributes['mode'],
  step: number | undefined,
): AxisTaps {
  return Array.from({ length: outputs }, (_, i) => {
    if (mode === 'alignCorners') {
      const aligned = outputs === 1 ? 0 : (i * (size - 1)) / (outputs - 1)
      return [{ index: Math.floor(aligned + 0.5), weight: 1 }]
    }
    const index = Math.floor(step === undefined ? (i * size) / outputs : i * step)
    return [{ index: Math.min(index, size - 1), weight: 1 }]
  })
}

/** What each output reads. @throws SluiceError `shape` for impossible sizes */
export function nearestTaps(
  x: Shape,
  { size, mode, step }: ResizeNearestAttributes,
  where: string,
): SpatialTaps {
  checkSize(x, size, step, where)
  const input = spatial(x).size
  const taps = (axis: 0 | 1 | 2) => axisTaps(input[axis], size[axis], mode, step?.[axis])
  return [taps(0), taps(1), taps(2)]
}
