import { SluiceError } from '../../foundation/errors.ts'
import type { Mask } from '../masks/mask.ts'
import { type Rgb, requireAlike } from './pixelError.ts'

const radius = 5
const sigma = 1.5
const c1 = (0.01 * 255) ** 2
const c2 = (0.03 * 255) ** 2

const window = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
  Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
)
const windowSum = window.reduce((sum, weight) => sum + weight, 0)

/**
 * Structural similarity (Wang et al. 2004): Gaussian windows of 11 × 11 with σ 1.5, constants 0.01 and
 * 0.03, the mean over the three colours and over all windows that lie inside the picture, or, with a
 * mask, over those among them whose middle is in the hole. 1 for equal pictures.
 * @returns undefined when no window counts
 * @throws SluiceError `shape` when sizes differ
 */
export function ssim(picture: Rgb, truth: Rgb, mask?: Mask): number | undefined {
  requireAlike(picture, truth, mask)
  const { width, height } = picture
  const area = width * height
  if (area > 1 << 28) throw new SluiceError('limit', 'the picture is too large', { where: 'ssim' })
  let sum = 0
  let count = 0
  for (let colour = 0; colour < 3; colour++) {
    const a = Float64Array.from({ length: area }, (_, i) => picture.pixels[3 * i + colour] ?? 0)
    const b = Float64Array.from({ length: area }, (_, i) => truth.pixels[3 * i + colour] ?? 0)
    const means = [a, b, times(a, a), times(b, b), times(a, b)].map((x) =>
      blurred(x, width, height),
    )
    const [ma, mb, maa, mbb, mab] = means as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    for (let y = radius; y < height - radius; y++) {
      for (let x = radius; x < width - radius; x++) {
        const i = y * width + x
        if (mask !== undefined && mask.pixels[i] === 0) continue
        const [p, q] = [ma[i] as number, mb[i] as number]
        const varianceA = (maa[i] as number) - p * p
        const varianceB = (mbb[i] as number) - q * q
        const covariance = (mab[i] as number) - p * q
        const likeness = (2 * p * q + c1) * (2 * covariance + c2)
        sum += likeness / ((p * p + q * q + c1) * (varianceA + varianceB + c2))
        count++
      }
    }
  }
  return count === 0 ? undefined : sum / count
}

function times(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * (b[i] as number))
}

/** Windowed means; only those whose window lies inside the picture are right. */
function blurred(values: Float64Array, width: number, height: number): Float64Array {
  const rows = along(values, width, height, 1, radius, 0)
  return along(rows, width, height, width, 0, radius)
}

function along(
  values: Float64Array,
  width: number,
  height: number,
  step: number,
  marginX: number,
  marginY: number,
): Float64Array {
  const means = new Float64Array(values.length)
  for (let y = marginY; y < height - marginY; y++) {
    for (let x = marginX; x < width - marginX; x++) {
      const at = y * width + x
      let sum = 0
      for (let k = -radius; k <= radius; k++) {
        sum += (window[k + radius] as number) * (values[at + k * step] as number)
      }
      means[at] = sum / windowSum
    }
  }
  return means
}
