import { resolve } from 'node:path'
import { type Device, SluiceError } from 'sluice'
import { cacheOf } from '../clipSets/prepareClips.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, makeFolder } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { requireModelPath } from '../models/modelPath.ts'
import { startFolder } from '../run/startFolder.ts'
import { Terminal } from '../terminal/terminal.ts'
import { beginRun } from '../training/beginRun.ts'
import { descriptionOf, finishRun } from '../training/finishRun.ts'
import { fitClips, rehearse } from '../training/fitClips.ts'
import { Interrupt } from '../training/interrupt.ts'
import { openTrainingDevice } from '../training/openTrainingDevice.ts'
import { sayDiverged } from '../training/sayDiverged.ts'
import type { TrainingContext, TrainOptions } from '../training/trainingContext.ts'
import { readTrainingParts, type TrainingParts } from '../training/trainingParts.ts'

/** `sluice train`: from a folder of labelled clips to a model file. Returns the exit code. */
export async function train(clips: string | undefined, options: TrainOptions): Promise<number> {
  const { json = false, quiet = false, resume = false } = options
  const terminal = new Terminal({ json, quiet })
  const output = resolve(options.output)
  requireModelPath(output)
  checkWritable(output)
  if (options.tensorboard !== undefined) makeFolder(options.tensorboard)
  const run = beginRun(clips, output, options, resume)
  if (run.status === 'finished') {
    if (json) terminal.jsonLine({ type: 'finished', model: output, run: run.path })
    terminal.note(`This run is finished; its model is ${options.output}. Nothing to do.`)
    return exitCodes.done
  }
  using _folder = run.folder
  const stop = new AbortController()
  using _interrupt = new Interrupt(() => {
    stop.abort()
    terminal.note('stopping after this step (Ctrl-C again stops at once)')
  })
  const started = new Date().toISOString()
  return await trainIn({ run, output, options, terminal, signal: stop.signal, started })
}

async function trainIn(context: TrainingContext): Promise<number> {
  const { run, terminal, options } = context
  const { folder, settings } = run
  const device = await openTrainingDevice(context)
  try {
    const parts = await readParts(context, device)
    if (parts === undefined) {
      if (terminal.json) terminal.jsonLine({ type: 'interrupted', run: folder.path })
      terminal.note('stopped before training began; the same command starts again')
      return exitCodes.interrupted
    }
    const result = await fitClips(parts, device, context)
    if (result.status === 'finished') {
      finishRun(result, parts, device, context)
      return exitCodes.done
    }
    if (terminal.json) terminal.jsonLine({ type: 'interrupted', run: folder.path })
    terminal.note(
      `checkpoint written to ${shownPath(folder.path)}\n` +
        `go on with: sluice train -o ${options.output} --resume`,
    )
    return exitCodes.interrupted
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'numeric') throw error
    const { lr: rate } = settings
    sayDiverged(
      error,
      {
        ...{ folder, began: run.began, output: options.output, rateOption: '--lr', rate },
        notWithFrom: ['--model'],
      },
      terminal,
    )
    return exitCodes.diverged
  } finally {
    await device.dispose()
  }
}

/** The clips of the run, ready; undefined when interrupted. What cannot be trained is refused before. */
function readParts(context: TrainingContext, device: Device): Promise<TrainingParts | undefined> {
  const { run, options, terminal, signal } = context
  const { settings } = run
  return readTrainingParts({
    ...{ clips: run.clips, settings, given: options, terminal, signal },
    cache: cacheOf(options.cache),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    onFound: (found) => {
      if (run.resuming) return
      rehearse(run, found, device)
      startFolder(run, descriptionOf(context, false), terminal)
    },
  })
}
