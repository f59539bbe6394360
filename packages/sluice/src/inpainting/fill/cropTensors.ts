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
 * A crop scaled down to `seen`. A small pixel is hole if any of its pixels is, and shows the mean of
 * those that are known, so that nothing of what is to be replaced bleeds into its surroundings.
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
  const counts = new Uint32Array(area)
  const mask = new Float32Array(area)
  const [green, blue] = channels <= 2 ? [0, 0] : [1, 2]
  const columns = Int32Array.from({ length: crop.width }, (_, x) =>
    Math.floor((x * seen.width) / crop.width),
  )
  for (let y = 0, i = 0; y < crop.height; y++) {
    const row = (crop.top + y) * picture.width + crop.left
    const small = Math.floor((y * seen.height) / crop.height) * seen.width
    for (let x = 0; x < crop.width; x++, i++) {
      const to = small + (columns[x] as number)
      if (hole[i] !== 0) {
        mask[to] = 1
        continue
      }
      const from = (row + x) * channels
      counts[to] = (counts[to] as number) + 1
      sums[to] = (sums[to] as number) + (pixels[from] as number)
      sums[area + to] = (sums[area + to] as number) + (pixels[from + green] as number)
      sums[2 * area + to] = (sums[2 * area + to] as number) + (pixels[from + blue] as number)
    }
  }
  const scale = 2 / brightest(pixels)
  const image = new Float32Array(area * 3)
  for (let i = 0; i < image.length; i++) {
    const count = counts[i % area] as number
    if (count > 0) image[i] = ((sums[i] as number) / count) * scale - 1
  }
  return { image, mask }
}
