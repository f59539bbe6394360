import type { Shape } from '../../../foundation/shape.ts'
import type { ReferenceTensor } from '../../graph/opDefinition.ts'
import { spatial, type Triple } from '../convolution/geometry.ts'
import { type SpatialTaps, transposeTaps } from './axisTaps.ts'

/** Each output is the weighted sum of what its taps read along all axes, or `fill` without any. */
export function resample(
  x: ReferenceTensor,
  y: ReferenceTensor,
  [depthTaps, heightTaps, widthTaps]: SpatialTaps,
  fill: number,
): void {
  const { batch, channels, size } = spatial(x.shape)
  const [depth, height, width] = size
  let at = 0
  for (let plane = 0; plane < batch * channels; plane++) {
    for (const d of depthTaps) {
      for (const h of heightTaps) {
        for (const w of widthTaps) {
          let sum = d.length && h.length && w.length ? 0 : fill
          for (const z of d) {
            for (const row of h) {
              const base = ((plane * depth + z.index) * height + row.index) * width
              for (const column of w) {
                const weight = z.weight * row.weight * column.weight
                sum += weight * (x.data[base + column.index] as number)
              }
            }
          }
          y.data[at++] = sum
        }
      }
    }
  }
}

/** The taps by which gradients go back to an input of this shape. */
export function backwardTaps([depth, height, width]: SpatialTaps, input: Shape): SpatialTaps {
  const { size } = spatial(input)
  return [
    transposeTaps(depth, size[0]),
    transposeTaps(height, size[1]),
    transposeTaps(width, size[2]),
  ]
}

/** Sizes that taps make. */
export function tapSizes([depth, height, width]: SpatialTaps): Triple {
  return [depth.length, height.length, width.length]
}
