import type { GateMap } from 'sluice'
import type { Grid } from '../pictures/heat.ts'

/** One gated layer as rectangles that can be drawn. */
export interface GateGrids {
  /** Opening per frame, the mean over channels; one rectangle for pictures and for sounds. */
  readonly frames: readonly Grid[]
  /** Whether the rectangles lie over the frames of the clip; else see `axes`. */
  readonly spatial: boolean
  /** What a rectangle's rows and columns are when they are not those of a picture. */
  readonly axes: string
  /** Channels that differ most from place to place, each per frame; none where channels are an axis. */
  readonly channels: readonly { readonly index: number; readonly frames: readonly Grid[] }[]
}

/** Channels drawn one by one. */
const CHANNELS = 8

/**
 * What to draw of a gate `[1, G, …space]`: over space, frame by frame; for one axis of space, channels
 * by places; for a gate that is one number for all places, channels by frames.
 */
export function gateGrids({ opening: { shape, data } }: GateMap): GateGrids {
  const [, channels = 1, ...space] = shape
  const [depth = 1, height = 1, width = 1] = [1, 1, 1, ...space].slice(-3)
  if (space.length === 1) {
    const grid = { width, height: channels, values: data }
    return { frames: [grid], spatial: false, axes: 'channels down, places across', channels: [] }
  }
  if (height * width === 1) {
    const grid = { width: depth, height: channels, values: data }
    return { frames: [grid], spatial: false, axes: 'channels down, frames across', channels: [] }
  }
  const area = height * width
  const frameOf = (values: ArrayLike<number>, from: number): Grid => {
    const part = Array.from({ length: area }, (_, i) => values[from + i] ?? 0)
    return { width, height, values: part }
  }
  const means = new Float64Array(depth * area)
  data.forEach((value, i) => {
    const at = i % means.length
    means[at] = (means[at] as number) + value / channels
  })
  const count = Array.from({ length: depth }, (_, t) => t)
  const ranked = Array.from({ length: channels }, (_, index) => ({
    index,
    spread: spreadOf(data.subarray(index * depth * area, (index + 1) * depth * area)),
  })).sort((a, b) => b.spread - a.spread || a.index - b.index)
  return {
    frames: count.map((t) => frameOf(means, t * area)),
    ...{ spatial: true, axes: '' },
    channels: ranked.slice(0, channels > 1 ? CHANNELS : 0).map(({ index }) => ({
      index,
      frames: count.map((t) => frameOf(data, (index * depth + t) * area)),
    })),
  }
}

/** The variance of some values. */
function spreadOf(values: Float32Array): number {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return squares / values.length - mean * mean
}

/** Lowest and highest value of some rectangles. */
export function extent(grids: readonly Grid[]): readonly [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { values, width, height } of grids) {
    for (let i = 0; i < width * height; i++) {
      low = Math.min(low, values[i] ?? low)
      high = Math.max(high, values[i] ?? high)
    }
  }
  return [low, high]
}
