import type { Recording } from 'sluice/data'

/** Places and moments that a signature has. */
const [CELLS, MOMENTS] = [12, 4]

/**
 * A clip in few numbers: light in 12×12 places at four moments, less its mean and scaled to length 1.
 * The product of two is their correlation: 1 for equal clips, and near it for one that was scaled,
 * compressed or brightened anew. A clip without any contrast has none.
 */
export function signatureOf(recording: Recording): Float32Array | undefined {
  const { count, height, width, data } = recording
  const values = new Float32Array(MOMENTS * CELLS * CELLS)
  const colours = 'kind' in recording ? 1 : 3
  for (let m = 0; m < MOMENTS; m++) {
    const frame = Math.min(count - 1, Math.floor(((m + 0.5) * count) / MOMENTS))
    for (let i = 0; i < CELLS; i++) {
      for (let j = 0; j < CELLS; j++) {
        const [top, bottom] = cell(i, height)
        const [left, right] = cell(j, width)
        let sum = 0
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            const at = ((frame * height + y) * width + x) * colours
            for (let c = 0; c < colours; c++) sum += data[at + c] as number
          }
        }
        values[(m * CELLS + i) * CELLS + j] = sum / ((bottom - top) * (right - left))
      }
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const length = Math.hypot(...values.map((value) => value - mean))
  return length < 1e-6 ? undefined : values.map((value) => (value - mean) / length)
}

function cell(index: number, size: number): readonly [from: number, to: number] {
  const from = Math.min(size - 1, Math.floor((index * size) / CELLS))
  return [from, Math.max(from + 1, Math.floor(((index + 1) * size) / CELLS))]
}

/** The correlation of two signatures. */
export function nearness(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
