import type { Mask } from '../masks/mask.ts'
import { holeGrid, type Plane } from './holeGrid.ts'
import { pullPush } from './pullPush.ts'

/** Options of `harmonicFill` and `biharmonicFill`. */
export interface SmoothFillOptions {
  /**
   * How much the last sweep may still change, as part of the range of the picture's values. Default
   * 1e-4, far below one of 256 levels.
   */
  readonly tolerance?: number
  /** Sweeps after which it ends in any case. Default 2000. */
  readonly mostSweeps?: number
}

/**
 * Fills a hole with the harmonic function that takes the values around it: every pixel becomes the mean
 * of its four neighbours. By successive over-relaxation from a rough fill, each channel on its own.
 * @throws SluiceError `shape` when mask and picture differ in size, `data` when nothing is known
 */
export function harmonicFill(picture: Plane, mask: Mask, options: SmoothFillOptions = {}): Plane {
  const { tolerance = 1e-4, mostSweeps = 2000 } = options
  const { pixels, neighbours } = holeGrid(picture, mask)
  const data = Float32Array.from(picture.data)
  const filled = { ...picture, data }
  pullPush(filled, mask)
  const area = picture.width * picture.height
  const relaxation = overRelaxation(mask)
  for (let channel = 0; channel < picture.channels; channel++) {
    const values = data.subarray(channel * area, (channel + 1) * area)
    const enough = tolerance * rangeOf(values)
    for (let sweep = 0; sweep < mostSweeps; sweep++) {
      let largest = 0
      for (let i = 0; i < pixels.length; i++) {
        let sum = 0
        let count = 0
        for (let n = 4 * i; n < 4 * i + 4; n++) {
          const at = neighbours[n] as number
          if (at < 0) continue
          sum += values[at] as number
          count++
        }
        const at = pixels[i] as number
        const change = sum / count - (values[at] as number)
        values[at] = (values[at] as number) + relaxation * change
        largest = Math.max(largest, Math.abs(change))
      }
      if (largest <= enough) break
    }
  }
  return filled
}

export function rangeOf(values: Float32Array): number {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return most - least
}

/** Nearly the best factor for a hole as wide as this one's widest run: 2 / (1 + sin(π / width)). */
function overRelaxation({ width, height, pixels }: Mask): number {
  let widest = 1
  for (let y = 0; y < height; y++) {
    let run = 0
    for (let x = 0; x < width; x++) {
      run = pixels[y * width + x] === 0 ? 0 : run + 1
      widest = Math.max(widest, run)
    }
  }
  return 2 / (1 + Math.sin(Math.PI / (Math.min(widest, height) + 1)))
}
