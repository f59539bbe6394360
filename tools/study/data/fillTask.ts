import { createHash } from 'node:crypto'
import type { Inpainter } from 'sluice'
import {
  inpaintingTrainer,
  judgeFills,
  type MaskedPicture,
  makeMaskedPicture,
  maskShapes,
  mildPictures,
  type PictureSettings,
  type PictureTask,
  type RgbPhoto,
  reconstructionLoss,
  storedShortSide,
  trainingTask,
  validationTasks,
} from 'sluice/inpainting'
import { adam, type Trainer } from 'sluice/training'
import { decodePhoto } from '../../../apps/cli/src/inpainterTraining/photoMaker.ts'
import { pictureBatches } from '../../../apps/cli/src/inpainterTraining/pictureBatches.ts'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import type { Photograph } from '../../debian/photographSets.ts'
import { fillNetwork } from '../networks/fillNetwork.ts'
import { VARIANTS } from '../networks/variant.ts'
import type { Material, Task } from '../runs/task.ts'
import { studyPhotographs } from './fillPhotographs.ts'
import { risingAndFalling } from './risingAndFalling.ts'

const SIZE = 48
const BATCH = 8
/** Steps between two looks at the validation pictures. */
const EPOCH = 40
const PER_PHOTO = 8
/** The pictures that judge are the same whatever seed a network is trained with. */
const JUDGING_SEED = 1

const pictures: Omit<PictureSettings, 'seed'> = {
  size: SIZE,
  // A crop shows all of a photograph's short side down to a quarter of it.
  views: [1, 4],
  augmentation: mildPictures,
  share: [0.1, 0.35],
  shapes: maskShapes,
  canvas: 1,
}

/** Liu et al. 2018 and the project's own inpainter weigh the hole six times. */
const LOSS = { hole: 6, valid: 1 } as const
const CLIP_NORM = 1

/** Filling holes in photographs. */
export const fillTask: Task = {
  name: 'inpainting',
  title: 'Filling holes in photographs',
  measure: 'psnr',
  variants: VARIANTS,
  base: [8, 16, 24, 40],
  input: [1, 4, SIZE, SIZE],
  batch: BATCH,
  epochs: 7,
  rateEpochs: 2,
  rates: [0.001, 0.002, 0.004, 0.006, 0.01],
  settings: { pictures, perPhoto: PER_PHOTO, epoch: EPOCH, loss: LOSS, clipNorm: CLIP_NORM },
  build: fillNetwork,
  prepare,
}

async function prepare(terminal: Terminal): Promise<Material> {
  const photographs = studyPhotographs(terminal)
  terminal.note('reading the photographs')
  const train = await decoded(photographs.train)
  const valid = await decoded(photographs.valid)
  const test = await decoded(photographs.test)
  const hash = createHash('sha256')
  for (const { data } of [...train, ...valid, ...test]) hash.update(data)
  const judging = judgedPictures(valid)
  const testing = judgedPictures(test)
  return {
    fingerprint: hash.digest('hex'),
    counts: [train.length, judging.length, testing.length],
    stepsPerEpoch: EPOCH,
    clusters: testing.map((_, index) => Math.floor(index / PER_PHOTO)),
    trainer: (model, { device, seed, rate, steps }) =>
      inpaintingTrainer(model as Inpainter, {
        ...{ device, batch: BATCH, size: SIZE, seed, clipNorm: CLIP_NORM },
        reconstruction: reconstructionLoss(LOSS),
        optimizer: adam(),
        learningRate: risingAndFalling(rate, steps),
      }),
    batches(seed, epoch, first) {
      const settings = { ...pictures, seed }
      return pictureBatches({
        batch: BATCH,
        from: epoch * EPOCH + first,
        to: (epoch + 1) * EPOCH,
        make: async (index) => made(train, trainingTask(index, train, settings), settings),
      })
    },
    judge: (trainer) => judgeFills(paintBy(trainer), judging),
    async test(trainer) {
      const decibels: number[] = []
      await judgeFills(paintBy(trainer), testing, ({ psnr }) => decibels.push(rounded(psnr)))
      return decibels
    },
  }
}

/** The test pictures, for those who want to look at them. */
export async function testPictures(terminal: Terminal): Promise<MaskedPicture[]> {
  return judgedPictures(await decoded(studyPhotographs(terminal).test))
}

function paintBy(trainer: Trainer) {
  return (inputs: Float32Array, input: readonly number[]) => trainer.predict(inputs, input)
}

function decoded(list: readonly Photograph[]): Promise<RgbPhoto[]> {
  const shortSide = storedShortSide(pictures)
  return Promise.all(list.map(({ path }) => decodePhoto(path, shortSide)))
}

function judgedPictures(photographs: readonly RgbPhoto[]): MaskedPicture[] {
  const settings = { ...pictures, seed: JUDGING_SEED }
  const tasks = validationTasks(photographs, { size: SIZE, perPhoto: PER_PHOTO })
  return tasks.map((task) => made(photographs, task, settings))
}

function made(
  photographs: readonly RgbPhoto[],
  task: PictureTask,
  settings: PictureSettings,
): MaskedPicture {
  const photograph = photographs[task.photo]
  if (photograph === undefined) throw new RangeError('a photograph that is not there')
  return makeMaskedPicture(photograph, task, settings)
}

/** Four digits are more than a decibel needs, and records stay small. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
