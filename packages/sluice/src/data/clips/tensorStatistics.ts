import type { TensorClip } from './tensorClip.ts'

/** Count, mean and sum of squared deviations of each channel: sums that can be added up in any size. */
export interface ChannelStatistics {
  readonly count: number
  readonly mean: readonly number[]
  readonly squares: readonly number[]
}

/** The statistics of one clip, in two passes, so that large values with a small spread keep it. */
export function statisticsOf({
  channels,
  count,
  height,
  width,
  data,
}: TensorClip): ChannelStatistics {
  const length = count * height * width
  const mean: number[] = []
  const squares: number[] = []
  for (let c = 0; c < channels; c++) {
    const from = c * length
    let sum = 0
    for (let i = from; i < from + length; i++) sum += data[i] as number
    const middle = sum / length
    let spread = 0
    for (let i = from; i < from + length; i++) spread += ((data[i] as number) - middle) ** 2
    mean.push(middle)
    squares.push(spread)
  }
  return { count: length, mean, squares }
}

/**
 * The statistics of several clips together (Chan, Golub, LeVeque 1979). Order decides the last bits:
 * hand them over in the order of the data set, not in that of reading.
 */
export function combineStatistics(parts: readonly ChannelStatistics[]): {
  readonly mean: number[]
  readonly std: number[]
} {
  const channels = parts[0]?.mean.length ?? 0
  const mean = new Array<number>(channels).fill(0)
  const squares = new Array<number>(channels).fill(0)
  let count = 0
  for (const part of parts) {
    const total = count + part.count
    for (let c = 0; c < channels; c++) {
      const shift = (part.mean[c] as number) - (mean[c] as number)
      mean[c] = (mean[c] as number) + (shift * part.count) / total
      const between = (shift * shift * count * part.count) / total
      squares[c] = (squares[c] as number) + (part.squares[c] as number) + between
    }
    count = total
  }
  // A channel that never changes says nothing; divided by 1 it is zero everywhere.
  const std = squares.map((sum, c) => {
    const deviation = Math.sqrt(sum / Math.max(1, count))
    return deviation > Math.abs(mean[c] as number) * 1e-7 && deviation > 1e-30 ? deviation : 1
  })
  return { mean, std }
}
