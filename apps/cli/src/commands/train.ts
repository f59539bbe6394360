import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { type Device, SluiceError, writeModelFile } from 'sluice'
import { evaluationBatches, inputShape, TrainingBatches } from 'sluice/data'
import { type FitResult, fit } from 'sluice/training'
import { cacheOf } from '../clipSets/prepareClips.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, makeFolder, writeAtomically } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { openDevice } from '../models/openDevice.ts'
import type { RunDescription } from '../run/runFolder.ts'
import { folderStorage } from '../run/runStorage.ts'
import { TrainingEvents } from '../tensorboard/trainingEvents.ts'
import { bytes, fraction, plural } from '../terminal/quantities.ts'
import { Terminal } from '../terminal/terminal.ts'
import { type Beginning, beginRun } from '../training/beginRun.ts'
import { Interrupt } from '../training/interrupt.ts'
import { networkFor } from '../training/networkFor.ts'
import { needsNewHead, trainerFor } from '../training/trainerFor.ts'
import { readTrainingParts, type TrainingParts } from '../training/trainingParts.ts'
import { TrainingProgress } from '../training/trainingProgress.ts'
import type { GivenSettings } from '../training/trainSettings.ts'
import { Waiting } from '../training/waiting.ts'

export interface TrainOptions extends GivenSettings {
  readonly output: string
  readonly resume?: boolean
  readonly threads?: number
  /** Bytes for the network and its steps. */
  readonly maxMemory?: number
  readonly checkpointEvery?: number
  /** A folder for event files that TensorBoard reads. */
  readonly tensorboard?: string
  /** A folder; false for `--no-cache`; true when neither was given. */
  readonly cache: string | boolean
  /** Bytes of decoded clips kept in memory. */
  readonly memory?: number
  /** Threads that decode and make clips. */
  readonly workers?: number
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Batches between checkpoints besides the one after every epoch. */
const CHECKPOINT_EVERY = 200

type Going = Extract<Beginning, { status: 'going' }>

/** `sluice train`: from a folder of labelled clips to a model file. Returns the exit code. */
export async function train(clips: string | undefined, options: TrainOptions): Promise<number> {
  const { json = false, quiet = false, resume = false } = options
  const terminal = new Terminal({ json, quiet })
  const output = resolve(options.output)
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

/** What all that follows needs. */
interface Context {
  readonly run: Going
  readonly output: string
  readonly options: TrainOptions
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** When this process began, for the run's description. */
  readonly started: string
}

async function trainIn(context: Context): Promise<number> {
  const { run, terminal, options } = context
  const { folder, settings, resuming } = run
  if (options.resume === true && !resuming) terminal.note('no run to go on with: starting anew')
  if (run.replaces) terminal.note(`replacing the finished run in ${shownPath(folder.path)}`)
  const parts = await readParts(context)
  if (parts === undefined) {
    if (terminal.json) terminal.jsonLine({ type: 'interrupted', run: folder.path })
    terminal.note('stopped before training began; the same command starts again')
    return exitCodes.interrupted
  }
  const { threads, maxMemory } = options
  const device = await openDevice({
    ...(threads === undefined ? {} : { threads }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    relaxedSimd: settings.relaxedSimd,
  })
  try {
    const result = await fitParts(parts, device, context)
    if (result.status === 'finished') {
      finish(result, parts, device, context)
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
function sayDiverged(error: SluiceError, { run, options, terminal }: Context): void {
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

/** The clips of the run, ready; undefined when interrupted. */
function readParts(context: Context): Promise<TrainingParts | undefined> {
  const { run, options, terminal, signal } = context
  const { folder, settings } = run
  return readTrainingParts({
    ...{ clips: run.clips, settings, given: options, terminal, signal },
    cache: cacheOf(options.cache),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    onFound: () => {
      if (run.resuming) return
      folder.clear()
      folder.writeDescription(descriptionOf(context, false))
    },
  })
}

async function fitParts(
  parts: TrainingParts,
  device: Device,
  context: Context,
): Promise<FitResult> {
  const { prepared, train, valid, preprocessing, augmentation } = parts
  const { run, options, terminal, signal } = context
  const { settings } = run
  const batch = Math.min(settings.batch, train.items.length)
  const { load, maker } = prepared
  // All clips of a batch are asked for at once: the threads that make them set the pace.
  const common = { load, preprocessing, batch, concurrency: batch }
  const { seed, epochs } = settings
  const batches = new TrainingBatches({
    ...common,
    ...{ items: train.items, classes: train.classes, augmentation, seed, epochs, ahead: 2 },
    make: (item, recipe, place) => maker.training(item, recipe, place),
  })
  const waiting = new Waiting()
  const { perEpoch } = batches
  const classes = train.classes.length
  const shape = inputShape(preprocessing)
  const model = networkFor(settings, classes, shape[0])
  const input = [batch, ...shape]
  const { source } = run
  const plan = { train, input, batchesPerEpoch: perEpoch, source }
  using trainer = trainerFor(model, device, settings, plan)
  if (source !== undefined) {
    const fresh = needsNewHead(source, train.classes)
    const said = fresh ? ', but for its head: it told other classes apart' : ''
    terminal.note(`beginning with the weights of ${shownPath(run.from ?? '')}${said}`)
  }
  terminal.note(
    `training ${model.type} on ${plural(train.items.length, 'clip')} of ${classes} classes, ` +
      `validating on ${valid.items.length}; ` +
      plural(epochs * Math.ceil(perEpoch / settings.accumulate), 'step'),
  )
  const progress = new TrainingProgress(terminal, { epochs, perEpoch, batch })
  using events = run.tensorboard === undefined ? undefined : new TrainingEvents(run.tensorboard)
  const { earlyStop: patience, minDelta } = settings
  const result = await fit({
    trainer,
    epochs,
    ...(patience === null ? {} : { earlyStopping: { patience, minDelta } }),
    train: (epoch, first) => waiting.watch(batches.epoch(epoch, first)),
    ...(valid.items.length === 0
      ? {}
      : {
          validate: () =>
            evaluationBatches({
              ...{ ...common, items: valid.items },
              make: (item, recipe, index) => maker.evaluation(item, recipe, index),
            }),
        }),
    storage: folderStorage(run.folder, terminal),
    resume: run.resuming,
    checkpointEvery: options.checkpointEvery ?? CHECKPOINT_EVERY,
    configuration: {
      ...{ clips: prepared.fingerprint, classes: train.classes, preprocessing, augmentation },
      val: settings.val,
    },
    onEvent(event) {
      progress.take(event)
      events?.take(event)
    },
    signal,
  })
  if (waiting.share >= 0.1) {
    terminal.note(
      `${Math.round(100 * waiting.share)} % of the training went by waiting for clips; ` +
        'more --memory, more --workers or a cache make it less',
    )
  }
  return result
}

/**
 * Writes the model, says so in the run's description, and only then removes the checkpoints: a kill
 * in between leaves a run that resuming finishes again, to the same bytes.
 */
function finish(result: FitResult, parts: TrainingParts, device: Device, context: Context): void {
  const { run, output, options, terminal } = context
  const { settings, folder } = run
  const { train, valid, prepared, preprocessing } = parts
  const input = inputShape(preprocessing)
  const { best, history } = result
  const file = writeModelFile({
    model: networkFor(settings, train.classes.length, input[0]),
    weights: result.weights,
    classes: train.classes,
    input,
    preprocessing,
    training: {
      clips: { train: train.items.length, valid: valid.items.length, sha256: prepared.fingerprint },
      settings,
      kernels: device.signature,
      ...(best === undefined ? {} : { best }),
      last: history.at(-1),
    },
  })
  writeAtomically(output, file)
  folder.writeDescription(descriptionOf(context, true))
  folder.removeCheckpoints()
  if (terminal.json) {
    terminal.jsonLine({ type: 'finished', model: options.output, run: folder.path, best })
  }
  const { paint } = terminal
  if (best?.accuracy !== undefined) {
    terminal.note(
      `best after epoch ${best.epoch}: validation accuracy ${paint('bold', fraction(best.accuracy))}`,
    )
  }
  terminal.note(
    `model:   ${options.output} (${bytes(file.length)})\nrecords: ${shownPath(folder.recordsPath)}`,
  )
  if (parts.hasTest) {
    terminal.note(
      `test/ was not touched: sluice evaluate ${options.output} ${shownPath(run.clips)}`,
    )
  }
}

function descriptionOf(
  { run, output, started, options }: Context,
  finished: boolean,
): RunDescription {
  return {
    format: 'sluice run 1',
    finished,
    options: run.settings,
    circumstances: {
      clips: run.clips,
      output,
      ...(run.from === undefined ? {} : { from: run.from }),
      ...(run.tensorboard === undefined ? {} : { tensorboard: run.tensorboard }),
      started,
      ...(finished ? { finished: new Date().toISOString() } : {}),
      threads: options.threads ?? availableParallelism(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
  }
}
