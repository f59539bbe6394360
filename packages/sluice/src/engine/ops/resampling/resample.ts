import type { Shape } from '../../../foundation/shape.ts'
import type { ReferenceTensor } from '../../graph/opDefinition.ts'
import { spatial } from '../convolution/geometry.ts'
import { type AxisTaps, outputCount, type SpatialTaps, transposeTaps } from './axisTaps.ts'

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
    for (let d = 0; d < outputCount(depthTaps); d++) {
      for (let h = 0; h < outputCount(heightTaps); h++) {
        for (let w = 0; w < outputCount(widthTaps); w++) {
          let sum = 0
          let taps = 0
          forEachTap(depthTaps, d, (z, zWeight) => {
            forEachTap(heightTaps, h, (row, rowWeight) => {
              const base = ((plane * depth + z) * height + row) * width
              forEachTap(widthTaps, w, (column, columnWeight) => {
                taps++
                sum += zWeight * rowWeight * columnWeight * (x.data[base + column] as number)
              })
            })
          })
          y.data[at++] = taps === 0 ? fill : sum
        }
      }
    }
  }
}

function forEachTap(
  { starts, indices, weights }: AxisTaps,
  output: number,
  visit: (index: number, weight: number) => void,
): void {
  for (let tap = starts[output] as number; tap < (starts[output + 1] as number); tap++) {
    visit(indices[tap] as number, weights[tap] as number)
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
