/**
 * Resizing with a triangle filter that widens when shrinking, so that every source pixel counts and
 * thin things do not flicker: the antialiased bilinear filter of Pillow and torchvision. It is
 * separable, so each axis has a table of taps that serves all rows and all frames.
 */
export interface AxisTaps {
  /** First source index of each output position. */
  readonly first: Int32Array
  /** Taps of each output position. */
  readonly count: Int32Array
  /** Weights `[outputs, widest]`, each row adding up to 1. */
  readonly weights: Float64Array
  /** Row length of `weights`. */
  readonly widest: number
}

/**
 * Taps that read `length` source pixels from `origin` (fractions allowed) as `outputs` pixels.
 * The range may leave the image: positions outside read what is at the edge.
 * @param size pixels of the source along this axis
 */
export function axisTaps(size: number, origin: number, length: number, outputs: number): AxisTaps {
  const scale = length / outputs
  const support = Math.max(scale, 1)
  const widest = Math.min(size, Math.ceil(support) * 2 + 1)
  const first = new Int32Array(outputs)
  const count = new Int32Array(outputs)
  const weights = new Float64Array(outputs * widest)
  for (let i = 0; i < outputs; i++) {
    const inside = origin + (i + 0.5) * scale
    const centre = Math.min(Math.max(inside, 0.5), size - 0.5)
    const from = Math.max(0, Math.floor(centre - support + 0.5))
    const to = Math.min(size, Math.floor(centre + support + 0.5))
    let total = 0
    for (let j = from; j < to; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support)
      weights[i * widest + j - from] = weight
      total += weight
    }
    for (let j = 0; j < to - from; j++) {
      const at = i * widest + j
      weights[at] = (weights[at] as number) / total
    }
    first[i] = from
    count[i] = to - from
  }
  return { first, count, weights, widest }
}

/** The same taps for outputs from right to left: what is read is mirrored, and nothing else changes. */
export function mirrorTaps({ first, count, weights, widest }: AxisTaps): AxisTaps {
  const outputs = first.length
  const turned = new Float64Array(weights.length)
  for (let i = 0; i < outputs; i++) {
    const from = (outputs - 1 - i) * widest
    turned.set(weights.subarray(from, from + widest), i * widest)
  }
  return { first: first.slice().reverse(), count: count.slice().reverse(), weights: turned, widest }
}

/**
 * Resamples one plane of numbers.
 * @param source holds the plane `[height, width]` from `sourceAt`
 * @param out receives the plane `[rows, columns]` from `outAt`
 */
export function resamplePlane(
  source: Float32Array,
  sourceAt: number,
  sourceWidth: number,
  rows: AxisTaps,
  columns: AxisTaps,
  out: Float32Array,
  outAt: number,
): void {
  const outWidth = columns.first.length
  for (let y = 0; y < rows.first.length; y++) {
    const top = rows.first[y] as number
    const rowTaps = rows.count[y] as number
    for (let x = 0; x < outWidth; x++) {
      const left = columns.first[x] as number
      const columnTaps = columns.count[x] as number
      let sum = 0
      for (let i = 0; i < rowTaps; i++) {
        const rowAt = sourceAt + (top + i) * sourceWidth + left
        let row = 0
        for (let j = 0; j < columnTaps; j++) {
          row += (columns.weights[x * columns.widest + j] as number) * (source[rowAt + j] as number)
        }
        sum += (rows.weights[y * rows.widest + i] as number) * row
      }
      out[outAt + y * outWidth + x] = sum
    }
  }
}

/**
 * Resizes one RGB frame into three planes of a larger tensor.
 * @param source bytes that hold the frame `[height, width, 3]` from `sourceAt`
 * @param sourceWidth pixels in a row of the source
 * @param rows taps over the height; their number of outputs is the height of a plane
 * @param out receives values 0…255; plane c begins at `outAt + c · planeStride`
 */
export function resampleFrame(
  source: Uint8Array,
  sourceAt: number,
  sourceWidth: number,
  rows: AxisTaps,
  columns: AxisTaps,
  out: Float32Array,
  outAt: number,
  planeStride: number,
): void {
  // Arrays and sizes are held in constants: the innermost loops run some 20 000 times a frame.
  const { first, count, weights, widest } = rows
  const outHeight = first.length
  const outWidth = columns.first.length
  const top = first[0] as number
  const bottom = (first[outHeight - 1] as number) + (count[outHeight - 1] as number)
  const narrowed = narrowRows(source, sourceAt, sourceWidth, top, bottom, columns)
  const rowLength = outWidth * 3
  const sums = new Float64Array(rowLength)
  for (let y = 0; y < outHeight; y++) {
    sums.fill(0)
    const taps = count[y] as number
    let at = ((first[y] as number) - top) * rowLength
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[y * widest + tap] as number
      for (let i = 0; i < rowLength; i++) {
        sums[i] = (sums[i] as number) + weight * (narrowed[at + i] as number)
      }
      at += rowLength
    }
    const row = outAt + y * outWidth
    for (let x = 0; x < outWidth; x++) {
      out[row + x] = sums[x * 3] as number
      out[row + planeStride + x] = sums[x * 3 + 1] as number
      out[row + 2 * planeStride + x] = sums[x * 3 + 2] as number
    }
  }
}

/** The horizontal half: rows `top` to `bottom` at the output's width, `[bottom − top, outWidth, 3]`. */
function narrowRows(
  source: Uint8Array,
  sourceAt: number,
  sourceWidth: number,
  top: number,
  bottom: number,
  columns: AxisTaps,
): Float64Array {
  const { first, count, weights, widest } = columns
  const outWidth = first.length
  const out = new Float64Array((bottom - top) * outWidth * 3)
  let to = 0
  for (let y = top; y < bottom; y++) {
    const row = sourceAt + y * sourceWidth * 3
    for (let x = 0; x < outWidth; x++) {
      const tapsAt = x * widest
      const tapsEnd = tapsAt + (count[x] as number)
      let at = row + (first[x] as number) * 3
      let red = 0
      let green = 0
      let blue = 0
      for (let tap = tapsAt; tap < tapsEnd; tap++) {
        const weight = weights[tap] as number
        red += weight * (source[at] as number)
        green += weight * (source[at + 1] as number)
        blue += weight * (source[at + 2] as number)
        at += 3
      }
      out[to] = red
      out[to + 1] = green
      out[to + 2] = blue
      to += 3
    }
  }
  return out
}
