import type { Shape } from '../../../foundation/shape.ts'
import { spatial, type Triple } from '../convolution/geometry.ts'
import type { AxisTaps, SpatialTaps } from '../resampling/axisTaps.ts'
import { checkSize, type Step } from '../resampling/resizeShape.ts'

export interface ResizeBilinearAttributes {
  /** Sizes of the output; 1 for the axes that a lower rank lacks. */
  readonly size: Triple
  /** Whether the outermost elements' centres fall together, or their outer edges (PyTorch's default). */
  readonly alignCorners: boolean
  /** Inputs per output instead of `in/out`, for a scale that does not divide evenly. */
  readonly step?: Step
}

function axisTaps(size: number, outputs: number, aligned: boolean, step: number): AxisTaps {
  return Array.from({ length: outputs }, (_, i) => {
    const edges = Math.max(0, (i + 0.5) * step - 0.5)
    const at = aligned ? i * (outputs === 1 ? 0 : (size - 1) / (outputs - 1)) : edges
    const index = Math.min(Math.floor(at), size - 1)
    const weight = at - index
    // At the far border, and right on an element, there is one neighbour only.
    if (index === size - 1 || weight === 0) return [{ index, weight: 1 }]
    return [
      { index, weight: 1 - weight },
      { index: index + 1, weight },
    ]
  })
}

/** What each output reads. @throws SluiceError `shape` for impossible sizes */
export function linearTaps(
  x: Shape,
  { size, alignCorners, step }: ResizeBilinearAttributes,
  where: string,
): SpatialTaps {
  checkSize(x, size, step, where)
  const input = spatial(x).size
  const taps = (axis: 0 | 1 | 2) =>
    axisTaps(input[axis], size[axis], alignCorners, step?.[axis] ?? input[axis] / size[axis])
  return [taps(0), taps(1), taps(2)]
}
