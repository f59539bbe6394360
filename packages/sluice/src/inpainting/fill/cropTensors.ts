import { type Box, brightest, type Picture, type Size } from './picture.ts'

/** What a network is given of a crop. */
export interface CropTensors {
  /** `[3, height, width]`, −1 to 1. */
  readonly image: Float32Array
  /** `[height, width]`, 1 in the hole. */
  readonly mask: Float32Array
}

/** A crop at its own size. `hole` has a byte for each of its pixels, 0 for those that are known. */
export function cropTensors(picture: Picture, crop: Box, hole: Uint8Array): CropTensors {
  const { pixels, channels } = picture
  const area = crop.width * crop.height
  const image = new Float32Array(area * 3)
  const mask = new Float32Array(area)
  const scale = 2 / brightest(pixels)
  const [green, blue] = channels <= 2 ? [0, 0] : [1, 2]
  for (let y = 0, i = 0; y < crop.height; y++) {
    const row = (crop.top + y) * picture.width + crop.left
    for (let x = 0; x < crop.width; x++, i++) {
      const from = (row + x) * channels
      image[i] = (pixels[from] as number) * scale - 1
      image[area + i] = (pixels[from + green] as number) * scale - 1
      image[2 * area + i] = (pixels[from + blue] as number) * scale - 1
      if (hole[i] !== 0) mask[i] = 1
    }
  }
  return { image, mask }
}

/**
 * A crop scaled down to `seen` by areas. A small pixel is hole if any of its area is, and shows the mean
 * of what is known of it, so that nothing of what is to be replaced bleeds into its surroundings.
 */
export function scaledCropTensors(
  picture: Picture,
  crop: Box,
  seen: Size,
  hole: Uint8Array,
): CropTensors {
  const { pixels, channels } = picture
  const area = seen.width * seen.height
  const sums = new Float64Array(area * 3)
  const weights = new Float64Array(area)
  const mask = new Float32Array(area)
  const [green, blue] = channels <= 2 ? [0, 0] : [1, 2]
  const columns = shares(crop.width, seen.width)
  const rows = shares(crop.height, seen.height)
  for (let y = 0, i = 0; y < crop.height; y++) {
    const row = (crop.top + y) * picture.width + crop.left
    for (let x = 0; x < crop.width; x++, i++) {
      const from = (row + x) * channels
      const isHole = hole[i] !== 0
      const red = pixels[from] as number
      const second = pixels[from + green] as number
      const third = pixels[from + blue] as number
      for (let part = 0; part < 4; part++) {
        const across = x * 2 + (part & 1)
        const down = y * 2 + (part >> 1)
        const weight = (columns.weights[across] as number) * (rows.weights[down] as number)
        if (weight === 0) continue
        const to = (rows.places[down] as number) * seen.width + (columns.places[across] as number)
        if (isHole) {
          mask[to] = 1
          continue
        }
        weights[to] = (weights[to] as number) + weight
        sums[to] = (sums[to] as number) + weight * red
        sums[area + to] = (sums[area + to] as number) + weight * second
        sums[2 * area + to] = (sums[2 * area + to] as number) + weight * third
      }
    }
  }
  const scale = 2 / brightest(pixels)
  const image = new Float32Array(area * 3)
  for (let start = 0; start < image.length; start += area) {
    for (let i = 0; i < area; i++) {
      const weight = weights[i] as number
      if (weight > 0) image[start + i] = ((sums[start + i] as number) / weight) * scale - 1
    }
  }
  return { image, mask }
}

/** Which two small pixels each large one lies in, along one axis, and how much of it in each. */
function shares(large: number, small: number) {
  const places = new Int32Array(large * 2)
  const weights = new Float64Array(large * 2)
  for (let i = 0; i < large; i++) {
    const start = (i * small) / large
    const end = ((i + 1) * small) / large
    const first = Math.floor(start)
    const inFirst = Math.min(end, first + 1) - start
    const rest = end - start - inFirst
    places[i * 2] = first
    places[i * 2 + 1] = Math.min(small - 1, first + 1)
    weights[i * 2] = inFirst
    // What is left of rounding is no part of a pixel.
    weights[i * 2 + 1] = rest > 1e-9 ? rest : 0
  }
  return { places, weights }
}
