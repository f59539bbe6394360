import type { Shape } from '../../../foundation/shape.ts'
import { spatial } from '../convolution/geometry.ts'
import { collectTaps, type SpatialTaps } from '../resampling/axisTaps.ts'
import type { ResizeAttributes } from '../resampling/resizeShape.ts'

export interface ResizeBilinearAttributes extends ResizeAttributes {
  /** Whether the outermost elements' centres fall together, or their outer edges (PyTorch's default). */
  readonly alignCorners: boolean
}

/** What each output reads. */
export function linearTaps(
  x: Shape,
  { size, alignCorners, step }: ResizeBilinearAttributes,
): SpatialTaps {
  const taps = (axis: 0 | 1 | 2) => {
    const inputs = spatial(x).size[axis]
    const outputs = size[axis]
    const corners = outputs === 1 ? 0 : (inputs - 1) / (outputs - 1)
    const edges = step?.[axis] ?? inputs / outputs
    return collectTaps(outputs, (i, add) => {
      const at = alignCorners ? i * corners : Math.max(0, (i + 0.5) * edges - 0.5)
      const index = Math.min(Math.floor(at), inputs - 1)
      const weight = at - index
      // At the far border, and right on an element, there is one neighbour only.
      if (index === inputs - 1 || weight === 0) {
        add(index, 1)
      } else {
        add(index, 1 - weight)
        add(index + 1, weight)
      }
    })
  }
  return [taps(0), taps(1), taps(2)]
}
