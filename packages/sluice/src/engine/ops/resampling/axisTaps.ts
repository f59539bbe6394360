/** One input that an output reads along an axis, and with which weight. */
export interface AxisTap {
  readonly index: number
  readonly weight: number
}

/**
 * What each output of one axis reads: padding and resizing do the same thing with other lists. An
 * output without taps lies outside the input.
 */
export type AxisTaps = readonly (readonly AxisTap[])[]

/** The taps of depth, height and width. */
export type SpatialTaps = readonly [AxisTaps, AxisTaps, AxisTaps]

/** Every output reads itself. */
export function identityTaps(size: number): AxisTaps {
  return Array.from({ length: size }, (_, index) => [{ index, weight: 1 }])
}

/** The other way round, for gradients: which outputs read each of `size` inputs. */
export function transposeTaps(taps: AxisTaps, size: number): AxisTaps {
  const readers = Array.from({ length: size }, (): AxisTap[] => [])
  taps.forEach((list, output) => {
    for (const { index, weight } of list) readers[index]?.push({ index: output, weight })
  })
  return readers
}

/** The most taps that any output has over all axes together: the length of its sum. */
export function mostTaps(taps: SpatialTaps): number {
  const most = (axis: AxisTaps) => axis.reduce((count, list) => Math.max(count, list.length), 1)
  return most(taps[0]) * most(taps[1]) * most(taps[2])
}
