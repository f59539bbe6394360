import type { Shape } from '../../../foundation/shape.ts'
import { type ConvolutionAttributes, spatial } from './geometry.ts'

/**
 * One weight meeting a row of the output: `count` output elements from `output` on meet the input
 * elements `input`, `input + inputStep`, … through the weight at `weight`. All are row-major offsets.
 */
export type RowVisitor = (
  input: number,
  inputStep: number,
  weight: number,
  output: number,
  count: number,
) => void

/**
 * Visits every (input, weight, output) triple of a convolution, in rows along the last axis. Forward
 * and both gradients are the same walk; only what is summed differs. Taps on padding are left out.
 */
export function forEachRow(
  x: Shape,
  weight: Shape,
  output: Shape,
  { stride, padding, dilation, groups }: ConvolutionAttributes,
  visit: RowVisitor,
): void {
  const { batch, channels, size: inSize } = spatial(x)
  const { batch: outChannels, channels: perGroup, size: kernel } = spatial(weight)
  const { size: outSize } = spatial(output)
  const [, , [left]] = padding
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outChannels; o++) {
      const firstChannel = Math.floor((o * groups) / outChannels) * perGroup
      for (let c = 0; c < perGroup; c++) {
        const inputPlane = n * channels + firstChannel + c
        for (let tap = 0; tap < kernel[0] * kernel[1] * kernel[2]; tap++) {
          const kw = tap % kernel[2]
          const kh = Math.floor(tap / kernel[2]) % kernel[1]
          const kd = Math.floor(tap / (kernel[2] * kernel[1]))
          const shift = kw * dilation[2] - left
          const first = Math.max(0, Math.ceil(-shift / stride[2]))
          const last = Math.min(outSize[2] - 1, Math.floor((inSize[2] - 1 - shift) / stride[2]))
          if (last < first) continue
          const weightAt =
            ((o * perGroup + c) * kernel[0] * kernel[1] + kd * kernel[1] + kh) * kernel[2] + kw
          for (let od = 0; od < outSize[0]; od++) {
            const d = od * stride[0] + kd * dilation[0] - padding[0][0]
            if (d < 0 || d >= inSize[0]) continue
            for (let oh = 0; oh < outSize[1]; oh++) {
              const h = oh * stride[1] + kh * dilation[1] - padding[1][0]
              if (h < 0 || h >= inSize[1]) continue
              const inputRow = ((inputPlane * inSize[0] + d) * inSize[1] + h) * inSize[2]
              const outputRow =
                (((n * outChannels + o) * outSize[0] + od) * outSize[1] + oh) * outSize[2]
              visit(
                inputRow + first * stride[2] + shift,
                stride[2],
                weightAt,
                outputRow + first,
                last - first + 1,
              )
            }
          }
        }
      }
    }
  }
}

/** `y += conv(x, w)`. */
export function convolve(
  x: Float64Array,
  xShape: Shape,
  w: Float64Array,
  wShape: Shape,
  y: Float64Array,
  yShape: Shape,
  attributes: ConvolutionAttributes,
): void {
  forEachRow(xShape, wShape, yShape, attributes, (input, step, weight, output, count) => {
    const tap = w[weight] as number
    for (let i = 0; i < count; i++) {
      y[output + i] = (y[output + i] as number) + tap * (x[input + i * step] as number)
    }
  })
}

/** `dx += ∂⟨dy, conv(x, w)⟩ / ∂x`: every output hands its gradient back through its taps. */
export function convolveBackwardInput(
  dx: Float64Array,
  xShape: Shape,
  w: Float64Array,
  wShape: Shape,
  dy: Float64Array,
  yShape: Shape,
  attributes: ConvolutionAttributes,
): void {
  forEachRow(xShape, wShape, yShape, attributes, (input, step, weight, output, count) => {
    const tap = w[weight] as number
    for (let i = 0; i < count; i++) {
      const at = input + i * step
      dx[at] = (dx[at] as number) + tap * (dy[output + i] as number)
    }
  })
}

/** `dw += ∂⟨dy, conv(x, w)⟩ / ∂w`: every tap gathers the products of what it connects. */
export function convolveBackwardWeight(
  x: Float64Array,
  xShape: Shape,
  dw: Float64Array,
  wShape: Shape,
  dy: Float64Array,
  yShape: Shape,
  attributes: ConvolutionAttributes,
): void {
  forEachRow(xShape, wShape, yShape, attributes, (input, step, weight, output, count) => {
    let sum = 0
    for (let i = 0; i < count; i++) {
      sum += (x[input + i * step] as number) * (dy[output + i] as number)
    }
    dw[weight] = (dw[weight] as number) + sum
  })
}
