import { present } from '../../foundation/invariant.ts'
import { Random } from '../../foundation/random.ts'
import type { MaskShape } from '../masks/freeFormMask.ts'
import { freeFormMask } from '../masks/freeFormMask.ts'
import type { Mask } from '../masks/mask.ts'
import { makePicture, type RgbPhoto } from './makePicture.ts'
import {
  drawPictureRecipe,
  type PhotoSize,
  type PictureAugmentation,
  type PictureRecipe,
  validationWindow,
  type WindowOptions,
} from './pictureRecipe.ts'
import { trainingMask } from './trainingMask.ts'

/** All that decides the pictures and masks of a training, besides the photographs: plain data. */
export interface PictureSettings extends WindowOptions {
  readonly augmentation: PictureAugmentation
  /** Least and largest part of a picture that is hole. */
  readonly share: readonly [number, number]
  readonly shapes: readonly MaskShape[]
  /** See `TrainingMaskOptions`. */
  readonly canvas: number
  readonly seed: number
}

/** One picture with its mask, to be made of one photograph: plain data. */
export interface PictureTask {
  /** Index of the photograph. */
  readonly photo: number
  readonly recipe: PictureRecipe
  /** Pixels of a side. */
  readonly size: number
  readonly mask: {
    readonly purpose: 'training' | 'validation'
    readonly index: number
  }
}

/** A picture and its hole. */
export interface MaskedPicture {
  /** `[3, size, size]`, from −1 to 1. */
  readonly picture: Float32Array
  /** `[size, size]`, 1 = hole. */
  readonly mask: Uint8Array
}

/**
 * What the picture number `index` of a training is made of. Every photograph is seen once before any is seen
 * again; the order of each round is drawn from (seed, round).
 */
export function trainingTask(
  index: number,
  photos: readonly PhotoSize[],
  settings: PictureSettings,
): PictureTask {
  const { seed, size } = settings
  const round = Math.floor(index / photos.length)
  const order = new Random(seed, 'order of photographs', round).shuffle([...photos.keys()])
  const photo = present(order[index % photos.length], 'photograph')
  const random = new Random(seed, 'training picture', index)
  const recipe = drawPictureRecipe(random, present(photos[photo], 'photograph'), settings)
  return { photo, recipe, size, mask: { purpose: 'training', index } }
}

/** The pictures by which training is judged: `perPhoto` of each photograph, always the same. */
export function validationTasks(
  photos: readonly PhotoSize[],
  options: { readonly size: number; readonly perPhoto: number },
): PictureTask[] {
  const { size, perPhoto } = options
  return photos.flatMap((photograph, photo) =>
    Array.from({ length: perPhoto }, (_, k): PictureTask => {
      const recipe = validationWindow(photograph, { index: k, count: perPhoto, size })
      return { photo, recipe, size, mask: { purpose: 'validation', index: photo * perPhoto + k } }
    }),
  )
}

/** Does what a task says. */
export function makeMaskedPicture(
  photo: RgbPhoto,
  { recipe, size, mask }: PictureTask,
  settings: PictureSettings,
): MaskedPicture {
  return { picture: makePicture(photo, recipe, size), mask: maskOf(mask, size, settings).pixels }
}

function maskOf(
  { purpose, index }: PictureTask['mask'],
  size: number,
  settings: PictureSettings,
): Mask {
  const random = new Random(settings.seed, `${purpose} mask`, index)
  if (purpose === 'training') return trainingMask(random, size, settings)
  // All trainings are judged by holes of one kind, whatever they train on.
  return freeFormMask(random, { width: size, height: size })
}

/** The batch of a training step: `input` `[N, 4, size, size]` and `targets` `[N, 3, size, size]`. */
export function inpaintingBatch(pictures: readonly MaskedPicture[]): {
  readonly inputs: Float32Array
  readonly targets: Float32Array
} {
  const area = present(pictures[0], 'picture').mask.length
  const inputs = new Float32Array(pictures.length * 4 * area)
  const targets = new Float32Array(pictures.length * 3 * area)
  pictures.forEach(({ picture, mask }, item) => {
    targets.set(picture, item * 3 * area)
    inputs.set(picture, item * 4 * area)
    inputs.set(mask, (item * 4 + 3) * area)
  })
  return { inputs, targets }
}
