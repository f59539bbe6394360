import type { Box, Size } from './picture.ts'

/**
 * A picture of floats `[3, height, width]` read at another size: Catmull-Rom's cubic along rows and
 * columns, pixels' centres kept in place. Rows are made as they are asked for.
 */
export class Enlarged {
  private readonly image: Float32Array
  private readonly small: Size
  private readonly large: Size
  private readonly columns: Taps

  constructor(image: Float32Array, small: Size, large: Size) {
    this.image = image
    this.small = small
    this.large = large
    this.columns = tapsOf(small.width, large.width)
  }

  /** Row `y` of one colour, from column `left` for `width` pixels. */
  row(colour: number, y: number, { left, width }: Pick<Box, 'left' | 'width'>): Float32Array {
    const { image, small, large } = this
    const { weights, places } = this.columns
    const rows = tapsOf(small.height, large.height, y, 1)
    const start = colour * small.width * small.height
    const blended = new Float32Array(small.width)
    for (let tap = 0; tap < 4; tap++) {
      const weight = rows.weights[tap] as number
      const from = start + (rows.places[tap] as number) * small.width
      for (let x = 0; x < blended.length; x++) {
        blended[x] = (blended[x] as number) + weight * (image[from + x] as number)
      }
    }
    const result = new Float32Array(width)
    for (let x = 0, tap = left * 4; x < width; x++) {
      let sum = 0
      for (const end = tap + 4; tap < end; tap++) {
        sum += (weights[tap] as number) * (blended[places[tap] as number] as number)
      }
      result[x] = sum
    }
    return result
  }
}

/** Four places and weights for each pixel of the larger size. */
interface Taps {
  readonly places: Int32Array
  readonly weights: Float32Array
}

function tapsOf(small: number, large: number, first = 0, count = large): Taps {
  const places = new Int32Array(count * 4)
  const weights = new Float32Array(count * 4)
  for (let i = 0; i < count; i++) {
    const at = ((first + i + 0.5) * small) / large - 0.5
    const base = Math.floor(at)
    const t = at - base
    const [a, b, c, d] = [
      t * (-0.5 + t * (1 - 0.5 * t)),
      1 + t * t * (-2.5 + 1.5 * t),
      t * (0.5 + t * (2 - 1.5 * t)),
      t * t * (-0.5 + 0.5 * t),
    ]
    weights.set([a, b, c, d], i * 4)
    for (let tap = 0; tap < 4; tap++) {
      places[i * 4 + tap] = Math.max(0, Math.min(small - 1, base - 1 + tap))
    }
  }
  return { places, weights }
}
