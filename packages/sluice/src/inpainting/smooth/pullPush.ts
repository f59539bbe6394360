import type { Mask } from '../masks/mask.ts'
import type { Plane } from './holeGrid.ts'

interface Level {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
  readonly known: Uint8Array
}

/**
 * Fills a hole roughly: known pixels are averaged down to smaller and smaller pictures, and what a hole
 * lacks is taken from the next smaller one (Gortler et al., "The Lumigraph", 1996). In place; one pass
 * over the pixels, whatever the size of the hole.
 */
export function pullPush({ width, height, channels, data }: Plane, mask: Mask): void {
  const area = width * height
  const known = Uint8Array.from(mask.pixels, (hole) => (hole === 0 ? 1 : 0))
  for (let channel = 0; channel < channels; channel++) {
    const values = data.subarray(channel * area, (channel + 1) * area)
    const levels: Level[] = [{ width, height, values, known }]
    let level = levels[0]
    while (level !== undefined && (level.width > 1 || level.height > 1)) {
      level = halved(level)
      levels.push(level)
    }
    for (let i = levels.length - 2; i >= 0; i--) {
      const [fine, coarse] = [levels[i], levels[i + 1]]
      if (fine !== undefined && coarse !== undefined) takeFrom(fine, coarse)
    }
  }
}

function halved({ width, height, values, known }: Level): Level {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const means = new Float32Array(half.width * half.height)
  const counts = new Uint8Array(means.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * width + x
      if (known[from] === 0) continue
      const to = (y >> 1) * half.width + (x >> 1)
      means[to] = (means[to] as number) + (values[from] as number)
      counts[to] = (counts[to] as number) + 1
    }
  }
  for (let i = 0; i < means.length; i++) {
    const count = counts[i] as number
    if (count === 0) continue
    means[i] = (means[i] as number) / count
    counts[i] = 1
  }
  return { ...half, values: means, known: counts }
}

/** Straight lines between the centres of the coarse pixels. */
function takeFrom(fine: Level, coarse: Level): void {
  for (let y = 0; y < fine.height; y++) {
    const [top, bottom, down] = between(y, coarse.height)
    for (let x = 0; x < fine.width; x++) {
      const at = y * fine.width + x
      if (fine.known[at] !== 0) continue
      const [left, right, along] = between(x, coarse.width)
      const value = (row: number, column: number) =>
        coarse.values[row * coarse.width + column] as number
      const above = (1 - along) * value(top, left) + along * value(top, right)
      const below = (1 - along) * value(bottom, left) + along * value(bottom, right)
      fine.values[at] = (1 - down) * above + down * below
    }
  }
}

function between(at: number, size: number): readonly [number, number, number] {
  const place = Math.max(0, (at - 0.5) / 2)
  const first = Math.min(size - 1, Math.floor(place))
  return [first, Math.min(size - 1, first + 1), place - first]
}
