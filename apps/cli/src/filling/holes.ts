import { SluiceError } from 'sluice'
import {
  countHole,
  drawPolygon,
  drawRectangle,
  growHole,
  type HoleReading,
  readHole,
  resizeHole,
  type Size,
} from 'sluice/inpainting'
import { shownPath } from '../files/paths.ts'
import { loadPhoto } from '../photos/loadPhoto.ts'
import type { PhotoSource } from '../photos/photo.ts'
import type { Shape } from './shapeArguments.ts'

export interface HoleOptions {
  readonly shapes: readonly Shape[]
  readonly invert: boolean
  readonly detect: boolean
  /** Pixels by which the hole is grown. */
  readonly grow: number
}

/** A hole for one photo. */
export interface Hole {
  readonly pixels: Uint8Array
  /** How many pixels it has. */
  readonly count: number
  /** What was done to the mask that nobody asked for. */
  readonly notes: readonly string[]
  readonly mask?: Pick<HoleReading, 'from' | 'turned'>
}

/** A mask as it was read from its file. */
export interface LoadedMask extends HoleReading {
  readonly path: string
  readonly size: Size
  readonly notes: readonly string[]
}

/** Reads masks, and keeps the last one: a folder of photos often has a single one. */
export class Masks {
  private readonly options: HoleOptions
  private last: Promise<LoadedMask> | undefined
  private lastPath = ''

  constructor(options: HoleOptions) {
    this.options = options
  }

  /** @throws SluiceError when the file is no picture */
  load(path: string): Promise<LoadedMask> {
    if (this.last === undefined || this.lastPath !== path) {
      this.last = this.read(path)
      this.lastPath = path
    }
    return this.last
  }

  private async read(path: string): Promise<LoadedMask> {
    const photo = await loadPhoto(path)
    const reading = readHole(photo, this.options)
    const { width, height, source } = photo
    const notes: string[] = []
    if (source.frames > 1) notes.push(`of the mask's ${source.frames} frames the first is taken`)
    if (reading.from === 'alpha')
      notes.push("what is painted is the hole: the mask's alpha tells, its colours do not")
    if (reading.turned) {
      notes.push(
        'the mask is white nearly everywhere, so black is taken for the hole (--no-detect takes white)',
      )
    }
    return { ...reading, path, size: { width, height }, notes }
  }
}

/** A photo, or what is known of it before it is decoded. */
export interface HoleGround extends Size {
  readonly source?: Pick<PhotoSource, 'orientation'>
}

/**
 * The hole of a photo: its mask scaled to it if need be, with the shapes, grown.
 * @throws SluiceError `data` for a mask that does not fit or shapes that lie beside the photo
 */
export function holeFor(
  size: HoleGround,
  mask: LoadedMask | undefined,
  options: HoleOptions,
): Hole {
  const notes = [...(mask?.notes ?? [])]
  const own = mask === undefined ? undefined : fitted(mask, size, notes)
  const facts = mask === undefined ? {} : { mask: { from: mask.from, turned: mask.turned } }
  // The usual case, and masks are as large as photos.
  if (mask !== undefined && own === mask.hole && options.shapes.length + options.grow === 0) {
    return { pixels: mask.hole, count: mask.count, notes, ...facts }
  }
  const drawn = own?.slice() ?? new Uint8Array(size.width * size.height)
  for (const shape of options.shapes) addShape(drawn, size, shape)
  const turned = mask === undefined && options.invert ? drawn.map((mark) => 1 - mark) : drawn
  const pixels = options.grow === 0 ? turned : growHole(turned, size, options.grow)
  return { pixels, count: countHole(pixels), notes, ...facts }
}

function addShape(hole: Uint8Array, size: Size, shape: Shape): void {
  const covered =
    'width' in shape ? drawRectangle(hole, size, shape) : drawPolygon(hole, size, shape)
  if (covered > 0) return
  throw new SluiceError('data', 'a shape covers no pixel of the photo', {
    expected: `something within ${size.width} × ${size.height} pixels`,
    received: JSON.stringify(shape),
  })
}

/** A mask of another size is scaled if it is of the same form: somebody drew it on a smaller copy. */
function fitted(mask: LoadedMask, size: HoleGround, notes: string[]): Uint8Array {
  const { hole, size: own, path } = mask
  if (own.width === size.width && own.height === size.height) return hole
  const said = `${own.width} × ${own.height}`
  if (sameForm(own, size)) {
    notes.push(
      `the mask of ${said} is scaled to ${size.width} × ${size.height}, by the nearest pixel`,
    )
    return resizeHole(hole, own, size)
  }
  const lies = sameForm({ width: own.height, height: own.width }, size)
  // Orientations from 5 on turn by a quarter.
  const turned = (size.source?.orientation ?? 1) >= 5
  const quarter = turned
    ? 'turn the mask by a quarter: the photo is displayed upright by its EXIF orientation'
    : 'turn the mask by a quarter, or draw it on a copy of this photo'
  throw new SluiceError('data', 'the mask is of another size and form than the photo', {
    where: shownPath(path),
    expected: `${size.width} × ${size.height}, as the photo is displayed`,
    received: said,
    fix: lies ? quarter : 'draw the mask on a copy of this photo, or scale it to that size',
  })
}

/** Whether scaling one to the other changes proportions by no more than rounding does. */
function sameForm(a: Size, b: Size): boolean {
  const scale = b.width / a.width
  return Math.abs(a.height * scale - b.height) <= Math.max(1, scale)
}
