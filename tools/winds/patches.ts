/**
 * Clips of wind: four months in a row of a patch of 24×24 points (60° by 60°), two channels, labelled
 * with the calendar month of the first frame.
 */
import { invariant } from '../../packages/sluice/src/foundation/invariant.ts'

export const CLIP_MONTHS = 4
export const PATCH = 24
export const CHANNELS = 2
export const CLIP_VALUES = CHANNELS * CLIP_MONTHS * PATCH * PATCH
/** Months 0 to 95 (1982 to 1989) may be learnt from; 96 to 131 (1990 to 1992) are the test. */
export const TEST_FROM = 96

export const MONTHS = [
  ...['01-jan', '02-feb', '03-mar', '04-apr', '05-may', '06-jun'],
  ...['07-jul', '08-aug', '09-sep', '10-oct', '11-nov', '12-dec'],
] as const

/** Two fields of the wind, m/s: `[months, latitudes, longitudes]`, the last axis going round the globe. */
export interface Winds {
  readonly months: number
  readonly latitudes: number
  readonly longitudes: number
  /** Eastward, northward. */
  readonly fields: readonly [ArrayLike<number>, ArrayLike<number>]
}

/** The upper left corner of a patch, in points of the grid. */
export interface Place {
  readonly row: number
  readonly column: number
}

/**
 * All places, half a patch apart; the last ones reach over the end of the grid to its beginning.
 * @param patch side of a patch in points of the grid
 */
export function placesOf({ latitudes, longitudes }: Winds, patch = PATCH): Place[] {
  const places: Place[] = []
  for (let row = 0; row + patch <= latitudes; row += patch / 2) {
    for (let column = 0; column < longitudes; column += patch / 2) places.push({ row, column })
  }
  return places
}

/** The same winds on a grid of boxes of `box`×`box` points, each the mean of its points; rest rows are left out. */
export function coarseWinds(winds: Winds, box: number): Winds {
  const { months } = winds
  const latitudes = Math.floor(winds.latitudes / box)
  const longitudes = Math.floor(winds.longitudes / box)
  const coarse = (field: ArrayLike<number>): Float64Array => {
    const means = new Float64Array(months * latitudes * longitudes)
    for (let i = 0; i < means.length; i++) {
      const column = (i % longitudes) * box
      const row = (Math.floor(i / longitudes) % latitudes) * box
      const month = Math.floor(i / longitudes / latitudes)
      let sum = 0
      for (let y = row; y < row + box; y++) {
        const line = (month * winds.latitudes + y) * winds.longitudes
        for (let x = column; x < column + box; x++) sum += field[line + x] ?? 0
      }
      means[i] = sum / box ** 2
    }
    return means
  }
  return {
    months,
    latitudes,
    longitudes,
    fields: [coarse(winds.fields[0]), coarse(winds.fields[1])],
  }
}

/** First months of the clips that lie within months `from` to below `to`. */
export function startsWithin(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from - CLIP_MONTHS + 1) }, (_, i) => from + i)
}

/** One clip, `[2, 4, patch, patch]`, written to `out` from `at`. */
export function cutClip(
  winds: Winds,
  start: number,
  { row, column }: Place,
  out: Float32Array,
  at: number,
  patch = PATCH,
): void {
  const { latitudes, longitudes, months } = winds
  invariant(start >= 0 && start + CLIP_MONTHS <= months, 'a clip lies within the months')
  invariant(row >= 0 && row + patch <= latitudes, 'a patch lies within the latitudes')
  let to = at
  for (const field of winds.fields) {
    for (let t = start; t < start + CLIP_MONTHS; t++) {
      for (let y = row; y < row + patch; y++) {
        const line = (t * latitudes + y) * longitudes
        for (let x = column; x < column + patch; x++)
          out[to++] = field[line + (x % longitudes)] ?? 0
      }
    }
  }
}
