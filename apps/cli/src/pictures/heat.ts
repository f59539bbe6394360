import type { Pixels } from './pixels.ts'

/** Numbers over a rectangle, row-major. */
export interface Grid {
  readonly width: number
  readonly height: number
  readonly values: ArrayLike<number>
}

/** Values that are drawn dark and bright. */
export type Scale = readonly [low: number, high: number]

type Colour = readonly [red: number, green: number, blue: number]

/**
 * From dark to bright, evenly for the eye and for those who see no red: stops of matplotlib's
 * `inferno` (Smith and van der Walt 2015, CC0).
 */
const STOPS: readonly Colour[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
]

/** The colour of a value between 0 and 1. */
export function heatColour(value: number): Colour {
  const at = Math.max(0, Math.min(1, value)) * (STOPS.length - 1)
  const low = Math.min(STOPS.length - 2, Math.floor(at))
  const [from, to] = [STOPS[low], STOPS[low + 1]]
  if (from === undefined || to === undefined) return [0, 0, 0]
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * (at - low))
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])]
}

/** A grid as a picture of the size wanted: cells become squares, or means where there are more cells than pixels. */
export function heatPicture(grid: Grid, scale: Scale, width: number, height: number): Pixels {
  const fitted = fitGrid(grid, width, height)
  const data = new Uint8Array(width * height * 3)
  const [low, high] = scale
  for (let i = 0; i < width * height; i++) {
    data.set(heatColour(((fitted[i] as number) - low) / (high - low || 1)), i * 3)
  }
  return { width, height, data }
}

/** A picture with a grid laid over it: the higher a value between the scale's ends, the more of it is seen. */
export function overlaid(picture: Pixels, grid: Grid, scale: Scale): Pixels {
  const { width, height } = picture
  const values = fitGrid(grid, width, height)
  const data = new Uint8Array(picture.data)
  const [low, high] = scale
  for (let i = 0; i < width * height; i++) {
    const value = Math.max(0, Math.min(1, ((values[i] as number) - low) / (high - low || 1)))
    const colour = heatColour(0.25 + 0.7 * value)
    const weight = 0.75 * value
    for (let c = 0; c < 3; c++) {
      const own = data[i * 3 + c] as number
      data[i * 3 + c] = Math.round(own + ((colour[c] ?? 0) - own) * weight)
    }
  }
  return { width, height, data }
}

/** A picture seen through a grid: as it is where values are high, dark where they are low. */
export function letThrough(picture: Pixels, grid: Grid, scale: Scale): Pixels {
  const { width, height } = picture
  const values = fitGrid(grid, width, height)
  const [low, high] = scale
  const data = picture.data.map((value, i) => {
    const part = ((values[Math.floor(i / 3)] as number) - low) / (high - low || 1)
    return Math.round(value * (0.06 + 0.94 * Math.max(0, Math.min(1, part))))
  })
  return { width, height, data }
}

/** Each pixel the mean of the cells it covers; at least the one it lies in. */
function fitGrid(grid: Grid, width: number, height: number): Float64Array {
  const rows = covered(grid.height, height)
  const columns = covered(grid.width, width)
  const fitted = new Float64Array(width * height)
  rows.forEach(([top, bottom], y) => {
    columns.forEach(([left, right], x) => {
      let sum = 0
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          sum += grid.values[row * grid.width + column] as number
        }
      }
      fitted[y * width + x] = sum / ((bottom - top) * (right - left))
    })
  })
  return fitted
}

function covered(cells: number, pixels: number): (readonly [from: number, to: number])[] {
  return Array.from({ length: pixels }, (_, i) => {
    const from = Math.min(cells - 1, Math.floor((i * cells) / pixels))
    return [from, Math.max(from + 1, Math.min(cells, Math.floor(((i + 1) * cells) / pixels)))]
  })
}
