import { outside, squaredDistances } from './distance.ts'
import { holeGroups } from './holeGroups.ts'
import { grownBox, type Picture, partOf } from './picture.ts'

/**
 * Blends a fill into what was in the hole before, along the hole's border and inside it only: a pixel
 * at the border is nearly the old one, one `pixels` deep is all new.
 */
export function feather(filled: Picture, before: Picture, hole: Uint8Array, pixels: number): void {
  const { channels, width } = filled
  const colours = channels <= 2 ? 1 : 3
  for (const group of holeGroups(hole, filled, 1)) {
    const box = grownBox(group, 1, filled)
    const known = outside(partOf(hole, filled, box))
    const distances = squaredDistances(known, box.width, box.height)
    for (let y = 0, i = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++, i++) {
        const weight = Math.sqrt(distances[i] as number) / (pixels + 1)
        if (weight === 0 || weight >= 1) continue
        const first = ((box.top + y) * width + box.left + x) * channels
        for (let at = first; at < first + colours; at++) {
          const old = before.pixels[at] as number
          filled.pixels[at] = Math.round(old + weight * ((filled.pixels[at] as number) - old))
        }
      }
    }
  }
}
