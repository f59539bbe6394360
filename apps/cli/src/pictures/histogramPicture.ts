import { type GateStatistics, saturation } from 'sluice'
import { blank, type Pixels } from './pixels.ts'

const PLAIN = [10, 116, 108] as const
const END = [194, 65, 12] as const

/** Bars of how often a gate had which value; those that count as closed or open in another colour. */
export function histogramPicture(
  { histogram, range }: GateStatistics,
  width: number,
  height: number,
): Pixels {
  const picture = blank(width, height, 255)
  const most = Math.max(...histogram) || 1
  const [low, high] = range
  histogram.forEach((share, i) => {
    const middle = low + ((high - low) * (i + 0.5)) / histogram.length
    const end = Math.abs(middle) < saturation.closed || middle > saturation.open
    const left = Math.round((i * width) / histogram.length)
    const right = Math.round(((i + 1) * width) / histogram.length) - 1
    const tall = Math.round((share / most) * (height - 1)) + 1
    for (let y = height - tall; y < height; y++) {
      for (let x = left; x < right; x++) picture.data.set(end ? END : PLAIN, (y * width + x) * 3)
    }
  })
  return picture
}
