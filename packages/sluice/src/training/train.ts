import type { Device } from '../engine/device/device.ts'
import type { Module } from '../engine/graph/module.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { wholeOption } from '../layers/options.ts'
import { batchesInOrder, type Clips, clipShape, shuffledBatches } from './clips.ts'
import { type FitResult, fit } from './fit.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import type { EpochRecord } from './progress.ts'
import { cosine } from './schedules/cosine.ts'
import type { Schedule } from './schedules/schedule.ts'
import { Trainer } from './trainer.ts'

/** Options of `train`. */
export interface TrainOptions {
  readonly device: Device
  readonly clips: Clips
  /** Clips that decide which epoch is best; without them the last one is. */
  readonly validation?: Clips
  /** Default 10. */
  readonly epochs?: number
  /** Clips per step. Default 16, or all of them if they are fewer. */
  readonly batch?: number
  /** A schedule, or the first rate of a cosine that ends at 0. Default 1e-3. */
  readonly learningRate?: Schedule | number
  /** Default `adamw()`. */
  readonly optimizer?: Optimizer
  /** Default 0. */
  readonly labelSmoothing?: number
  /** Default 0: no clipping. */
  readonly clipNorm?: number
  /** Decides the weights at the start, the order of clips and dropout. Default 0. */
  readonly seed?: number
  /** Weights to start from instead of random ones. */
  readonly weights?: NamedTensors
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
  const { optimizer, labelSmoothing = 0, clipNorm = 0, weights, onEpoch, signal } = options
  const shape = clipShape(clips)
  if (validation !== undefined) clipShape(validation)
  const batch = Math.min(wholeOption('train', 'batch', options.batch ?? 16), clips.labels.length)
  wholeOption('train', 'epochs', epochs)
  const steps = Math.max(1, epochs * Math.ceil(clips.labels.length / batch))
  const schedule = typeof learningRate === 'number' ? cosine({ learningRate, steps }) : learningRate
  const trainer = new Trainer(model, {
    ...{ device, input: [batch, ...shape], learningRate: schedule, labelSmoothing, clipNorm, seed },
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(weights === undefined ? {} : { weights }),
  })
  try {
    return await fit({
      trainer,
      epochs,
      train: (epoch, first) => shuffledBatches(clips, batch, seed, epoch, first),
      ...(validation === undefined ? {} : { validate: () => batchesInOrder(validation, batch) }),
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => {
        if (event.type === 'epoch') onEpoch?.(event.record)
      },
    })
  } finally {
    trainer.dispose()
  }
}
