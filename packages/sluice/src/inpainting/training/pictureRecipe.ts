import { SluiceError } from '../../foundation/errors.ts'
import type { Random } from '../../foundation/random.ts'

/** How training pictures differ from the photographs that they are cut from. Parts of all, 0 to 1. */
export interface PictureAugmentation {
  /** Mirrored left to right. */
  readonly mirror: number
  /** Upside down. */
  readonly flip: number
  /** Turned by a quarter. */
  readonly turn: number
  /** Least and largest factor of all values, which are from −1 to 1. */
  readonly gain: readonly [number, number]
  /** Largest amount added to all values. */
  readonly offset: number
  /** Largest amount added to each colour. */
  readonly tint: number
  /** With colours exchanged. */
  readonly recolour: number
  /** Without colours. */
  readonly grey: number
  /** Of two windows the one with more detail. */
  readonly detail: number
}

/** Mirrored or not. */
export const mildPictures: PictureAugmentation = {
  ...{ mirror: 0.5, flip: 0, turn: 0, gain: [1, 1], offset: 0, tint: 0 },
  ...{ recolour: 0, grey: 0, detail: 0 },
}

/** For few photographs: whatever leaves edges and textures what they are. */
export const strongPictures: PictureAugmentation = {
  ...{ mirror: 0.5, flip: 0.5, turn: 0.35, gain: [0.7, 1.15], offset: 0.12, tint: 0.06 },
  ...{ recolour: 0.6, grey: 0.08, detail: 0.75 },
}

/** Photographs as they are. */
export const plainPictures: PictureAugmentation = { ...mildPictures, mirror: 0 }

/** A square of a photograph, in its pixels. */
export interface PictureWindow {
  readonly left: number
  readonly top: number
  readonly side: number
}

/** How one training picture is made of a photograph: plain data, so that it can be made elsewhere. */
export interface PictureRecipe {
  /** One window, or two of which the one with more detail is taken. */
  readonly windows: readonly PictureWindow[]
  readonly mirror: boolean
  readonly flip: boolean
  readonly turn: boolean
  readonly gain: number
  /** Added to red, green and blue. */
  readonly offsets: readonly [number, number, number]
  /** Which colours red, green and blue are taken from. */
  readonly colours: readonly [number, number, number]
  readonly grey: boolean
}

/** A photograph's size in pixels. */
export interface PhotoSize {
  readonly width: number
  readonly height: number
}

/** What windows are like. */
export interface WindowOptions {
  /** Height and width of the pictures that are made. */
  readonly size: number
  /**
   * Least and largest length of a photograph's short side, in pictures: with [1, 4] a picture shows all
   * of it down to a quarter. Photographs are never enlarged.
   */
  readonly views: readonly [number, number]
}

/** As much of a photograph as any window needs: its short side may be scaled down to this. */
export function storedShortSide({ size, views }: WindowOptions): number {
  return Math.ceil(size * views[1])
}

/** Refuses views that no photograph has. @throws SluiceError `usage` */
export function checkViews({ views: [least, most] }: WindowOptions): void {
  if (least >= 1 && most >= least && Number.isFinite(most)) return
  throw new SluiceError('usage', 'there are no such views', {
    expected: 'two numbers, 1 or more, the second not less than the first',
    received: `${least},${most}`,
  })
}

/** Draws what becomes of a photograph. All is drawn whatever is used, so that options do not shift it. */
export function drawPictureRecipe(
  random: Random,
  photo: PhotoSize,
  options: WindowOptions & { readonly augmentation: PictureAugmentation },
): PictureRecipe {
  const { augmentation } = options
  const windows = [drawWindow(random, photo, options), drawWindow(random, photo, options)]
  const chance = (part: number) => random.uniform() < part
  const detail = chance(augmentation.detail)
  const [mirror, flip, turn] = [
    chance(augmentation.mirror),
    chance(augmentation.flip),
    chance(augmentation.turn),
  ]
  const gain = random.uniform(...augmentation.gain)
  const offset = random.uniform(-augmentation.offset, augmentation.offset)
  const tint = () => offset + random.uniform(-augmentation.tint, augmentation.tint)
  const offsets = [tint(), tint(), tint()] as const
  const exchanged = random.shuffle([0, 1, 2])
  const colours = chance(augmentation.recolour) ? exchanged : [0, 1, 2]
  const [red = 0, green = 1, blue = 2] = colours
  return {
    windows: detail ? windows : windows.slice(0, 1),
    ...{ mirror, flip, turn, gain, offsets, colours: [red, green, blue] },
    grey: chance(augmentation.grey),
  }
}

function drawWindow(
  random: Random,
  { width, height }: PhotoSize,
  { size, views: [least, most] }: WindowOptions,
): PictureWindow {
  const short = Math.min(width, height)
  const largest = Math.max(1, Math.min(most, short / size))
  const smallest = Math.min(least, largest)
  // Every doubling of the size is as likely as the next.
  const view = smallest * (largest / smallest) ** random.uniform()
  const side = Math.max(1, Math.min(short, Math.round(short / view)))
  const left = random.integer(width - side + 1)
  const top = random.integer(height - side + 1)
  return { left, top, side }
}

/**
 * One of several pictures by which training is judged, the same at every validation: in turn all of the
 * photograph's short side and a half of it, at places spread over the photograph.
 */
export function validationWindow(
  { width, height }: PhotoSize,
  options: { readonly index: number; readonly count: number; readonly size: number },
): PictureRecipe {
  const { index, count, size } = options
  const short = Math.min(width, height)
  // A half would have to be enlarged where the photograph is small.
  const side = index % 2 === 0 ? short : Math.min(short, Math.max(Math.floor(short / 2), size))
  const place = (index + 0.5) / count
  const window = {
    left: Math.round((width - side) * place),
    top: Math.round((height - side) * (1 - place)),
    side,
  }
  return {
    windows: [window],
    ...{ mirror: false, flip: false, turn: false, grey: false },
    ...{ gain: 1, offsets: [0, 0, 0], colours: [0, 1, 2] },
  }
}
