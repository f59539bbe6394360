import { type Device, type Shape, SluiceError } from 'sluice'
import {
  harmonicFill,
  inpaintingBatch,
  type JudgedPicture,
  judgeFills,
  type MaskedPicture,
  trainingTask,
  validationTasks,
} from 'sluice/inpainting'
import { type FitResult, fit, type Trainer } from 'sluice/training'
import { folderStorage } from '../run/runStorage.ts'
import { TrainingEvents } from '../tensorboard/trainingEvents.ts'
import { Waiting } from '../training/waiting.ts'
import type { InpainterContext } from './inpainterContext.ts'
import { inpainterFor, pictureSettingsOf } from './inpainterNetwork.ts'
import { InpainterProgress } from './inpainterProgress.ts'
import { pictureBatches } from './pictureBatches.ts'
import type { PreparedPhotos } from './preparePhotos.ts'
import { PREVIEW_PICTURES, writePreview } from './previews.ts'
import { sayShutGates } from './sayShutGates.ts'

/** Steps between checkpoints besides the one after every validation. */
const CHECKPOINT_EVERY = 100

/** Pictures that validate: enough for a mean to be trusted, few enough to wait for. */
const MOST_VALIDATION_PICTURES = 40
const MOST_OF_ONE_PHOTO = 4

/** Trains on photographs that are ready, to the end or until interrupted. */
export async function fitPhotos(
  photos: PreparedPhotos,
  trainer: Trainer,
  device: Device,
  context: InpainterContext,
): Promise<FitResult> {
  const { run, options, terminal, signal, tensorboard } = context
  const { settings, folder } = run
  const { steps, validEvery, batch } = settings
  const { train, valid, maker } = photos
  const pictures = pictureSettingsOf(settings)
  const make = (index: number): Promise<MaskedPicture> => {
    const task = trainingTask(index, train, pictures)
    return maker.make(train[task.photo]?.path ?? '', task)
  }
  const judged = await validationPictures(photos, settings)
  requireBlindness(trainer, await make(0))
  if (judged.length > 0 && !run.resuming) {
    const { psnr = 0 } = await judgeFills(fillSmoothly, watched(judged, signal))
    terminal.note(`to be beaten: harmonic filling has a hole PSNR of ${psnr.toFixed(2)} dB there`)
  }
  const waiting = new Waiting()
  const progress = new InpainterProgress(terminal, steps)
  using events = tensorboard === undefined ? undefined : new TrainingEvents(tensorboard)
  const judge = async () => {
    const shown: JudgedPicture[] = []
    const judgement = await judgeFills(
      (inputs, input) => trainer.predict(inputs, input),
      watched(judged, signal),
      (one, index) => {
        if (index < PREVIEW_PICTURES) shown.push(one)
      },
    )
    await writePreview(folder.path, trainer.stepsDone, shown)
    return judgement
  }
  const result = await fit({
    trainer,
    // Between two validations lies what elsewhere is an epoch.
    epochs: Math.ceil(steps / validEvery),
    train: (epoch, first) => {
      const from = epoch * validEvery + first
      const to = Math.min(steps, (epoch + 1) * validEvery)
      return waiting.watch(pictureBatches({ batch, from, to, make }))
    },
    ...(valid.length === 0 ? {} : { judge }),
    storage: folderStorage(folder, terminal, {
      ...{ kind: 'photos', folder: run.material, fingerprint: photos.fingerprint },
    }),
    resume: run.resuming,
    checkpointEvery: options.checkpointEvery ?? CHECKPOINT_EVERY,
    configuration: { photos: photos.fingerprint, pictures, ...scheduleOf(settings) },
    onEvent(event) {
      progress.take(event)
      events?.take(event)
    },
    signal,
  })
  waiting.note(terminal, 'photos', 'more --memory or more --workers')
  const [looked] = judged
  if (result.status === 'finished' && looked !== undefined) {
    await sayShutGates(result.weights, looked, settings, device, terminal)
  }
  return result
}

/** What of the settings decides when and by what the network is judged. */
function scheduleOf({ steps, validEvery, validSize, val }: InpainterContext['run']['settings']) {
  return { steps, validEvery, validSize, val }
}

/** The pictures that validate, made once. */
async function validationPictures(
  { valid, maker }: PreparedPhotos,
  settings: InpainterContext['run']['settings'],
): Promise<MaskedPicture[]> {
  const used = valid.slice(0, MOST_VALIDATION_PICTURES)
  if (used.length === 0) return []
  const perPhoto = Math.min(MOST_OF_ONE_PHOTO, Math.floor(MOST_VALIDATION_PICTURES / used.length))
  const { multipleOf } = inpainterFor(settings)
  // Nothing is enlarged: photographs that are smaller are judged as they are.
  const shortest = Math.min(settings.validSize, ...used.map((p) => Math.min(p.width, p.height)))
  const size = Math.max(multipleOf, Math.floor(shortest / multipleOf) * multipleOf)
  const tasks = validationTasks(used, { size, perPhoto })
  return await Promise.all(tasks.map((task) => maker.make(used[task.photo]?.path ?? '', task)))
}

/** What needs no training: a number that says little by itself gets one to stand beside. */
function fillSmoothly(inputs: Float32Array, [, , height = 1, width = 1]: Shape): Float32Array {
  const data = inputs.subarray(0, 3 * height * width)
  const mask = { width, height, pixels: Uint8Array.from(inputs.subarray(3 * height * width)) }
  return harmonicFill({ width, height, channels: 3, data }, mask).data
}

/** Lets an interrupt in between pictures, which take a second each where networks are large. */
async function* watched(pictures: readonly MaskedPicture[], signal: AbortSignal) {
  for (const picture of pictures) {
    yield picture
    await new Promise(setImmediate)
    signal.throwIfAborted()
  }
}

/** What stands in a hole is what shall vanish: a network that looks at it would learn to copy. */
function requireBlindness(trainer: Trainer, picture: MaskedPicture): void {
  const size = Math.round(Math.sqrt(picture.mask.length))
  const { inputs } = inpaintingBatch([picture])
  const changed = inputs.map((value, at) => {
    const inHole = at < 3 * size * size && picture.mask[at % (size * size)] === 1
    return inHole ? -value + 0.25 : value
  })
  const shape = [1, 4, size, size]
  const first = trainer.predict(inputs, shape).slice()
  const second = trainer.predict(changed, shape)
  if (first.every((value, at) => value === second[at])) return
  throw new SluiceError('usage', 'the network looks at what the hole is to hide', {
    where: '--network',
    fix: 'multiply the picture by 1 − mask before anything else (guessedFill and deepFillV2 do)',
  })
}
