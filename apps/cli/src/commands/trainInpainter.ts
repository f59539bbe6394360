import { resolve } from 'node:path'
import { type Device, SluiceError } from 'sluice'
import { storedShortSide } from 'sluice/inpainting'
import type { Trainer } from 'sluice/training'
import { reportSkipped } from '../clipSets/prepareClips.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, makeFolder } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { findPhotos } from '../inpainterTraining/findPhotos.ts'
import { finishInpainter, inpainterDescription } from '../inpainterTraining/finishInpainter.ts'
import { fitPhotos } from '../inpainterTraining/fitPhotos.ts'
import {
  type InpainterContext,
  inpainterCommand,
  type TrainInpainterOptions,
} from '../inpainterTraining/inpainterContext.ts'
import { inpainterTrainerFor, pictureSettingsOf } from '../inpainterTraining/inpainterNetwork.ts'
import { openInpainterRun } from '../inpainterTraining/openInpainterRun.ts'
import { type PreparedPhotos, preparePhotos } from '../inpainterTraining/preparePhotos.ts'
import { requireModelPath } from '../models/modelPath.ts'
import { startFolder } from '../run/startFolder.ts'
import { bytes, plural } from '../terminal/quantities.ts'
import { Terminal } from '../terminal/terminal.ts'
import { Interrupt } from '../training/interrupt.ts'
import { openTrainingDevice } from '../training/openTrainingDevice.ts'
import { sayDiverged } from '../training/sayDiverged.ts'

/** `sluice train-inpainter`: from a folder of photographs to a model file. Returns the exit code. */
export async function trainInpainter(
  photos: string | undefined,
  options: TrainInpainterOptions,
): Promise<number> {
  const { json = false, quiet = false } = options
  const terminal = new Terminal({ json, quiet })
  const output = resolve(options.output)
  requireModelPath(output)
  checkWritable(output)
  if (options.tensorboard !== undefined) makeFolder(options.tensorboard)
  const opened = openInpainterRun(photos, output, options)
  if (opened.run.status === 'finished') {
    if (json) terminal.jsonLine({ type: 'finished', model: output, run: opened.run.path })
    terminal.note(`This run is finished; its model is ${options.output}. Nothing to do.`)
    return exitCodes.done
  }
  const { run } = opened
  using _folder = run.folder
  const stop = new AbortController()
  using _interrupt = new Interrupt(() => {
    stop.abort()
    terminal.note('stopping after this step (Ctrl-C again stops at once)')
  })
  const started = new Date().toISOString()
  return await trainIn({ ...opened, run, output, options, terminal, signal: stop.signal, started })
}

async function trainIn(context: InpainterContext): Promise<number> {
  const { run, terminal, options } = context
  const device = await openTrainingDevice(context)
  try {
    return await trainOn(device, context)
  } catch (error) {
    if (context.signal.aborted && error === context.signal.reason) return sayInterrupted(context)
    if (!(error instanceof SluiceError) || error.code !== 'numeric') throw error
    const { folder, settings, began } = run
    const rate = { rateOption: '--learning-rate', rate: settings.learningRate }
    const notWithFrom = ['--network', '--channels', '--width']
    sayDiverged(error, { folder, began, output: options.output, notWithFrom, ...rate }, terminal)
    return exitCodes.diverged
  } finally {
    await device.dispose()
  }
}

async function trainOn(device: Device, context: InpainterContext): Promise<number> {
  const { run, terminal, signal } = context
  const { settings } = run
  const found = await findPhotos(run.material)
  // What cannot be trained is refused before photographs are decoded.
  using trainer = inpainterTrainerFor(settings, device, context.weights)
  const start = () => startFolder(run, inpainterDescription(context, false), terminal)
  // A finished run is left as it is until the photos of this one are known to do.
  if (!run.resuming && !run.replaces) start()
  const pictures = pictureSettingsOf(settings)
  const photos = await preparePhotos(found.photos, {
    ...{ root: run.material, settings: pictures, val: settings.val, terminal },
    // Half of a photograph still fills a picture that validates.
    shortSide: Math.max(storedShortSide(pictures), 2 * settings.validSize),
    memoryBytes: context.options.memory,
    workers: context.options.workers,
    stop: () => signal.aborted,
  })
  if (signal.aborted) return sayInterrupted(context)
  if (run.replaces) start()
  reportSkipped([...found.skipped, ...photos.skipped], terminal)
  sayBeginning(trainer, photos, context)
  const result = await fitPhotos(photos, trainer, device, context)
  if (result.status === 'interrupted') return sayInterrupted(context)
  finishInpainter(result, photos, device, context)
  return exitCodes.done
}

function sayBeginning(
  trainer: Trainer,
  { train, valid }: PreparedPhotos,
  { run, from, terminal }: InpainterContext,
): void {
  const { steps, batch, crop } = run.settings
  if (from !== undefined && !run.resuming) {
    terminal.note(`beginning with the weights of ${shownPath(from)}`)
  }
  if (valid.length === 0) {
    terminal.warn('no photo to validate by: the last weights are kept, not the best')
  }
  terminal.note(
    `training ${trainer.configuration.model.type} on ${plural(train.length, 'photo')}, ` +
      `validating on ${valid.length}; ${plural(steps, 'step')} of ${plural(batch, 'crop')}, ` +
      `${crop}×${crop}; ${bytes(trainer.memoryBytes)} for the network and its steps`,
  )
}

function sayInterrupted({ run, options, terminal }: InpainterContext): number {
  const { folder } = run
  if (terminal.json) terminal.jsonLine({ type: 'interrupted', run: folder.path })
  terminal.note(
    folder.hasCheckpoint
      ? `checkpoint written to ${shownPath(folder.path)}\n` +
          `go on with: ${inpainterCommand} -o ${options.output} --resume`
      : 'stopped before training began; the same command starts again',
  )
  return exitCodes.interrupted
}
