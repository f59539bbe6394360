import { elementCount } from '../../../foundation/shape.ts'
import type { ReferenceTensor } from '../../graph/opDefinition.ts'

/** `y[n, c, …] += bias[c]`. */
export function addChannelBias({ shape, data }: ReferenceTensor, bias: Float64Array): void {
  const [, channels = 1, ...space] = shape
  const pixels = elementCount(space)
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / pixels) % channels
    data[i] = (data[i] as number) + (bias[channel] as number)
  }
}
