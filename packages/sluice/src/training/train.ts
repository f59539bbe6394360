import type { Device } from '../engine/device/device.ts'
import type { Module } from '../engine/graph/module.ts'
import { wholeOption } from '../layers/options.ts'
import { batchesInOrder, type Clips, clipCount, shuffledBatches } from './clips.ts'
import type { EarlyStopping } from './earlyStopping.ts'
import { type FitResult, fit } from './fit.ts'
import type { EpochRecord } from './progress.ts'
import { cosine } from './schedules/cosine.ts'
import type { Schedule } from './schedules/schedule.ts'
import { Trainer } from './trainer.ts'
import type { TrainerOptions } from './trainerOptions.ts'

/** What `train` passes on to its `Trainer`. */
type PassedOn = Pick<
  TrainerOptions,
  'loss' | 'optimizer' | 'clipNorm' | 'accumulate' | 'ema' | 'freeze' | 'weights' | 'newHead'
>

/** Options of `train`; those not said here are as in `TrainerOptions`. */
export interface TrainOptions extends PassedOn {
  readonly device: Device
  readonly clips: Clips
  /** Clips that decide which epoch is best; without them the last one is. */
  readonly validation?: Clips
  /** Default 10. */
  readonly epochs?: number
  /** Ends training when epochs stop being better on `validation`. */
  readonly earlyStopping?: EarlyStopping
  /** Clips per batch. Default 16, or all of them if they are fewer. */
  readonly batch?: number
  /** A schedule, or the first rate of a cosine that ends at 0. Default 1e-3. */
  readonly learningRate?: Schedule | number
  /** Decides the weights at the start, the order of clips and dropout. Default 0. */
  readonly seed?: number
  /** Called after every epoch. */
  readonly onEpoch?: (record: EpochRecord) => void
  readonly signal?: AbortSignal
}

/**
 * Trains a model on clips in memory and gives its weights, ready for `compile` or a model file. The
 * same options and seed give the same bits. For clips in files, checkpoints and resuming, use `fit`.
 *
 * @throws SluiceError `usage` for options out of range, `data` when clips, labels and model do not
 * fit, `numeric` when the loss stops being a number
 */
export async function train(model: Module, options: TrainOptions): Promise<FitResult> {
  const { device, clips, validation, epochs = 10, learningRate = 1e-3, seed = 0 } = options
  const { batch: asked = 16, earlyStopping, onEpoch, signal, ...rest } = options
  const count = clipCount(clips)
  if (validation !== undefined) clipCount(validation)
  const batch = Math.min(wholeOption('train', 'batch', asked), count)
  const accumulate = wholeOption('train', 'accumulate', rest.accumulate ?? 1)
  wholeOption('train', 'epochs', epochs)
  const steps = Math.max(1, epochs * Math.ceil(Math.ceil(count / batch) / accumulate))
  const schedule = typeof learningRate === 'number' ? cosine({ learningRate, steps }) : learningRate
  const input = [batch, ...clips.inputs.shape.slice(1)]
  const trainer = new Trainer(model, { ...rest, device, input, learningRate: schedule, seed })
  try {
    return await fit({
      trainer,
      epochs,
      train: (epoch, first) => shuffledBatches(clips, batch, seed, epoch, first),
      ...(validation === undefined ? {} : { validate: () => batchesInOrder(validation, batch) }),
      ...(earlyStopping === undefined ? {} : { earlyStopping }),
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => {
        if (event.type === 'epoch') onEpoch?.(event.record)
      },
    })
  } finally {
    trainer.dispose()
  }
}
