import { join } from 'node:path'
import type { JudgedPicture, Rgb } from 'sluice/inpainting'
import { makeFolder, writeAtomically } from '../files/atomicFile.ts'
import { type Pixels, pngOf, tiled } from '../pictures/pixels.ts'

/** Pictures in a preview: the first ones that validate. */
export const PREVIEW_PICTURES = 4

/** Grey of the hole in what the network is shown. */
const HOLE = 128

/** Where previews of a run lie, if there are any. */
export function previewsIn(folder: string): string {
  return join(folder, 'previews')
}

/**
 * Writes `previews/step-000500.png` into a run's folder: a row for each picture with its hole, with the hole
 * filled, and as it is.
 */
export async function writePreview(
  folder: string,
  step: number,
  pictures: readonly JudgedPicture[],
): Promise<void> {
  const tiles = pictures.flatMap(({ truth, filled, mask }) => [
    pixelsOf(truth, (value, at) => (mask.pixels[Math.floor(at / 3)] === 1 ? HOLE : value)),
    pixelsOf(filled),
    pixelsOf(truth),
  ])
  const previews = previewsIn(folder)
  makeFolder(previews)
  const name = `step-${String(step).padStart(6, '0')}.png`
  writeAtomically(join(previews, name), await pngOf(tiled(tiles, 3)))
}

function pixelsOf(
  { width, height, pixels }: Rgb,
  change: (value: number, at: number) => number = (value) => value,
): Pixels {
  return { width, height, data: pixels.map(change) }
}
