import type { Device } from 'sluice'
import {
  type ClipDataset,
  evaluationBatches,
  inputShape,
  type Preprocessing,
  TrainingBatches,
} from 'sluice/data'
import { type FitResult, fit, type Trainer } from 'sluice/training'
import { shownPath } from '../files/paths.ts'
import { folderStorage } from '../run/runStorage.ts'
import { TrainingEvents } from '../tensorboard/trainingEvents.ts'
import { plural } from '../terminal/quantities.ts'
import { networkFor } from './networkFor.ts'
import { needsNewHead, trainerFor } from './trainerFor.ts'
import type { TrainingContext } from './trainingContext.ts'
import type { FoundClips, TrainingParts } from './trainingParts.ts'
import { TrainingProgress } from './trainingProgress.ts'
import { Waiting } from './waiting.ts'

/** Batches between checkpoints besides the one after every epoch. */
const CHECKPOINT_EVERY = 200

/** Trains on clips that are ready, to the end or until interrupted. */
export async function fitClips(
  parts: TrainingParts,
  device: Device,
  context: TrainingContext,
): Promise<FitResult> {
  const { prepared, train, valid, preprocessing, augmentation } = parts
  const { run, options, terminal, signal } = context
  const { settings } = run
  const batch = batchOf(run, train)
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
  using trainer = trainerOf(run, train, preprocessing, device)
  const { source } = run
  if (source !== undefined) {
    const fresh = needsNewHead(source, train.classes)
    const said = fresh ? ', but for its head: it told other classes apart' : ''
    terminal.note(`beginning with the weights of ${shownPath(run.from ?? '')}${said}`)
  }
  terminal.note(
    `training ${trainer.configuration.model.type} on ${plural(train.items.length, 'clip')} ` +
      `of ${train.classes.length} classes, ` +
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
    storage: folderStorage(run.folder, terminal, {
      ...{ kind: 'clips', folder: run.clips, fingerprint: prepared.fingerprint },
    }),
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
  waiting.note(terminal, 'clips', 'more --memory, more --workers or a cache')
  return result
}

/**
 * Makes the trainer that clips would get, and gives it back: a network that does not fit into memory,
 * or that cannot see such clips, is refused before hours of decoding.
 * @throws SluiceError `limit`, `usage` or `shape`
 */
export function rehearse(
  run: TrainingContext['run'],
  { train, preprocessing }: FoundClips,
  device: Device,
): void {
  if (preprocessing !== undefined) trainerOf(run, train, preprocessing, device).dispose()
}

function trainerOf(
  run: TrainingContext['run'],
  train: ClipDataset,
  preprocessing: Preprocessing,
  device: Device,
): Trainer {
  const { settings, source } = run
  const shape = inputShape(preprocessing)
  const batch = batchOf(run, train)
  const batchesPerEpoch = Math.ceil(train.items.length / batch)
  const model = networkFor(settings, train.classes.length, shape[0])
  return trainerFor(model, device, settings, {
    ...{ train, batchesPerEpoch, source },
    input: [batch, ...shape],
  })
}

/** A data set smaller than a batch is one. */
function batchOf({ settings }: TrainingContext['run'], train: ClipDataset): number {
  return Math.min(settings.batch, train.items.length)
}
