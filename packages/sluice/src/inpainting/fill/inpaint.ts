import type { Inpainter } from '../../models/inpainter.ts'
import { growHole } from './growHole.ts'
import { type Filled, type FillOptions, HoleFiller } from './holeFiller.ts'
import type { NetworkOptions } from './networkPrograms.ts'
import { checkHole, checkPicture, type Picture, type Samples } from './picture.ts'

export interface InpaintOptions extends NetworkOptions, Omit<FillOptions, 'plan'> {
  /** Pixels by which the hole is grown first. Default 0. */
  readonly grow?: number
}

/**
 * Fills the hole of a picture: pixels and mask in, pixels out. Works wherever there is a device, in
 * Node and in a page (where the `data` of an `ImageData` are pixels of 4 channels). Samples outside the
 * hole come out as they came in, and so does alpha.
 *
 * @param hole one byte a pixel, row-major; 0 is outside the hole. `readHole` makes one of a picture
 * @throws SluiceError `shape` or `usage` for what does not fit together, `data` when the hole is the
 * whole picture, `limit` when memory does not suffice; the signal's reason when it is aborted
 */
export async function inpaint<S extends Samples>(
  model: Inpainter,
  picture: Picture<S>,
  hole: Uint8Array,
  options: InpaintOptions,
): Promise<Filled<S>> {
  checkPicture(picture)
  checkHole(hole, picture)
  using filler = new HoleFiller(model, options)
  return await filler.fill(picture, growHole(hole, picture, options.grow ?? 0), options)
}
