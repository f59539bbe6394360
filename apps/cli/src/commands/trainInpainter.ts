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
import { openDevice } from '../models/openDevice.ts'
import { bytes, plural } from '../terminal/quantities.ts'
import { Terminal } from '../terminal/terminal.ts'
import { Interrupt } from '../training/interrupt.ts'

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
  const { folder, settings, resuming } = run
  if (options.resume === true && !resuming) terminal.note('no run to go on with: starting anew')
  if (run.replaces) terminal.note(`replacing the finished run in ${shownPath(folder.path)}`)
  const { threads, maxMemory } = options
  const device = await openDevice({
    ...(threads === undefined ? {} : { threads }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    relaxedSimd: settings.relaxedSimd,
  })
  try {
    return await trainOn(device, context)
  } catch (error) {
    if (context.signal.aborted && error === context.signal.reason) return sayInterrupted(context)
    if (!(error instanceof SluiceError) || error.code !== 'numeric') throw error
    sayDiverged(error, context)
    return exitCodes.diverged
  } finally {
    await device.dispose()
  }
}

async function trainOn(device: Device, context: InpainterContext): Promise<number> {
  const { run, terminal, signal } = context
  const { folder, settings } = run
  const found = await findPhotos(run.material)
  // What cannot be trained is refused before photographs are decoded.
  using trainer = inpainterTrainerFor(settings, device, context.weights)
  if (!run.resuming) {
    folder.clear()
    folder.writeDescription(inpainterDescription(context, false))
  }
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
  reportSkipped([...found.skipped, ...photos.skipped], terminal)
  sayBeginning(trainer, photos, context)
  const result = await fitPhotos(photos, trainer, context)
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

/**
 * Says that the loss is no number any more, and how to go on: a run keeps its options, so another rate
 * is another run, which may begin with the weights of the last good checkpoint.
 */
function sayDiverged(error: SluiceError, { run, options, terminal }: InpainterContext): void {
  // The newest may be of the step that went wrong, with weights that are huge but finite.
  const checkpoint = run.folder.checkpointPaths.at(-1)
  const [message = ''] = error.message.split('\n')
  if (terminal.json) {
    terminal.jsonLine({ type: 'diverged', message, ...(checkpoint && { checkpoint }) })
  }
  const rate = Number((run.settings.learningRate / 10).toPrecision(2))
  const command = `${inpainterCommand} ${shownPath(run.material)} -o `
  const other = options.output.replace(/(\.[^./\\]*)?$/, '-again$1')
  const advice =
    checkpoint === undefined
      ? `no checkpoint was written yet; start again: ${command}${options.output} --learning-rate ${rate}`
      : 'the checkpoints stand; begin with the weights of the last good one at a lower rate:\n  ' +
        `${command}${other} --from ${shownPath(checkpoint)} --learning-rate ${rate}`
  terminal.error(`training stopped: ${message}\n  ${advice}`)
}
