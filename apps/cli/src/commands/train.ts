import { resolve } from 'node:path'
import { type Device, SluiceError } from 'sluice'
import { cacheOf } from '../clipSets/prepareClips.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, makeFolder } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { requireModelPath } from '../models/modelPath.ts'
import { openDevice } from '../models/openDevice.ts'
import { Terminal } from '../terminal/terminal.ts'
import { beginRun } from '../training/beginRun.ts'
import { descriptionOf, finishRun } from '../training/finishRun.ts'
import { fitClips, rehearse } from '../training/fitClips.ts'
import { Interrupt } from '../training/interrupt.ts'
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
    sayDiverged(error, context)
    return exitCodes.diverged
  } finally {
    await device.dispose()
  }
}

/**
 * Says that the loss is no number any more, and how to go on: a run keeps its options, so another rate
 * is another run, which may begin with the weights of the last good checkpoint.
 */
function sayDiverged(error: SluiceError, { run, options, terminal }: TrainingContext): void {
  const { folder, settings } = run
  // The newest may be of the step that went wrong, with weights that are huge but finite.
  const checkpoint = folder.checkpointPaths.at(-1)
  const [message = ''] = error.message.split('\n')
  if (terminal.json) {
    terminal.jsonLine({ type: 'diverged', message, ...(checkpoint && { checkpoint }) })
  }
  const rate = Number((settings.lr / 10).toPrecision(2))
  const command = `sluice train ${shownPath(run.clips)} -o `
  const other = options.output.replace(/(\.[^./\\]*)?$/, '-again$1')
  const advice =
    checkpoint === undefined
      ? `no checkpoint was written yet; start again: ${command}${options.output} --lr ${rate}`
      : `the checkpoints stand; begin with the weights of the last good one at a lower rate:\n  ` +
        `${command}${other} --from ${shownPath(checkpoint)} --lr ${rate}`
  terminal.error(`training stopped: ${message}\n  ${advice}`)
}

/** The clips of the run, ready; undefined when interrupted. What cannot be trained is refused before. */
function readParts(context: TrainingContext, device: Device): Promise<TrainingParts | undefined> {
  const { run, options, terminal, signal } = context
  const { folder, settings } = run
  return readTrainingParts({
    ...{ clips: run.clips, settings, given: options, terminal, signal },
    cache: cacheOf(options.cache),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    onFound: (found) => {
      if (run.resuming) return
      rehearse(run, found, device)
      folder.clear()
      folder.writeDescription(descriptionOf(context, false))
    },
  })
}
