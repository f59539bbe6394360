import { join } from 'node:path'
import type { JudgedPicture } from 'sluice/inpainting'
import { makeFolder, writeAtomically } from '../files/atomicFile.ts'
import { type Pixels, pngOf, tiled } from '../pictures/pixels.ts'

/** Pictures in a preview: the first ones that validate. */
export const PREVIEW_PICTURES = 4

/** Grey of the hole in what the network is shown. */
const HOLE = 128

/**
 * Writes `previews/step-000500.png` into a run's folder: a row for each picture with its hole, with the hole
 * filled, and as it is.
 */
export async function writePreview(
  folder: string,
  step: number,
  pictures: readonly JudgedPicture[],
): Promise<void> {
  const tiles = pictures.flatMap((one) => [
    pixelsOf(one, () => HOLE),
    pixelsOf(one, (at) => one.painted[at]),
    pixelsOf(one, (at) => one.picture[at]),
  ])
  makeFolder(join(folder, 'previews'))
  const name = `step-${String(step).padStart(6, '0')}.png`
  writeAtomically(join(folder, 'previews', name), await pngOf(tiled(tiles, 3)))
}

/** A picture in bytes, its hole as said: a grey, or a value from −1 to 1. */
function pixelsOf(
  { picture, mask }: JudgedPicture,
  inHole: (at: number) => number | undefined,
): Pixels {
  const size = Math.round(Math.sqrt(mask.length))
  const data = new Uint8Array(3 * mask.length)
  for (let i = 0; i < mask.length; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const at = colour * mask.length + i
      const hole = mask[i] === 1 ? inHole(at) : undefined
      const value = hole ?? (picture[at] as number)
      data[3 * i + colour] = hole === HOLE ? HOLE : byteOf(value)
    }
  }
  return { width: size, height: size, data }
}

function byteOf(value: number): number {
  return Math.round(Math.max(0, Math.min(255, (value + 1) * 127.5)))
}
