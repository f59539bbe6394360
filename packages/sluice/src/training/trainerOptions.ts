import type { Device } from '../engine/device/device.ts'
import type { ModuleDescription } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import type { Shape } from '../foundation/shape.ts'
import type { Loss, LossDescription } from './losses/loss.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import type { Schedule } from './schedules/schedule.ts'

/** Options of a `Trainer`. */
export interface TrainerOptions {
  readonly device: Device
  /** Shape of a batch: `[N, C, D, H, W]`. */
  readonly input: Shape
  /** Classes that the model must have; by default as many as it has outputs. */
  readonly classes?: number
  /** Default `crossEntropy()`. */
  readonly loss?: Loss
  /** Default `adamw()`. */
  readonly optimizer?: Optimizer
  /** A schedule, or one rate for all steps. Default 1e-3. */
  readonly learningRate?: Schedule | number
  /** Largest norm of all gradients together; 0, the default, clips nothing. */
  readonly clipNorm?: number
  /**
   * Batches whose gradients are averaged into one step: the step of a batch so many times as large,
   * but for what looks at a batch as a whole (batch normalisation). Default 1.
   */
  readonly accumulate?: number
  /**
   * Decay of an exponential moving average of the weights, such as 0.999; in the first steps less, at
   * most (1 + step) / (10 + step), so that the beginning is soon forgotten. The average is what
   * `predict` and `weights` use; buffers stay as they are. Default 0: none.
   */
  readonly ema?: number
  /**
   * What stays as it is: so many blocks from the front (`blocksOf`), or paths of modules and
   * parameters. Frozen modules behave as in inference. Default nothing.
   */
  readonly freeze?: number | readonly string[]
  /** Seed of the initial weights and of dropout: a whole number below 2³². Default 0. */
  readonly seed?: number
  /** Weights to start from instead of random ones: all of the model's. */
  readonly weights?: NamedTensors
  /** Leaves the model's last block out of `weights`: for a model that knew other classes. Default false. */
  readonly newHead?: boolean
}

/** All that decides a step's bits, besides the device and the batches: plain data. */
export interface TrainerConfiguration {
  readonly model: ModuleDescription
  readonly input: Shape
  readonly loss: LossDescription
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  readonly clipNorm: number
  readonly accumulate: number
  readonly ema: number
  readonly freeze: readonly string[]
  readonly seed: number
}

/** Batches whose gradients wait for their update. */
export interface Accumulated {
  readonly batches: number
  /** What they weigh together. */
  readonly weight: number
}

/** Between two steps. */
export const nothingAccumulated: Accumulated = { batches: 0, weight: 0 }

/** A trainer between two batches: enough to go on as if it had never stopped. */
export interface TrainerState {
  /** Steps done. */
  readonly step: number
  /** Batches done. */
  readonly batches: number
  readonly accumulated: Accumulated
  /** Parameters, buffers, averages, waiting gradients and the optimizer's state. */
  readonly variables: NamedTensors
}

/** Larger seeds would fold into smaller ones, and two runs be one. */
export function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0 && seed < 2 ** 32) return
  throw new SluiceError('usage', 'the seed is out of range', {
    where: 'Trainer',
    expected: 'a whole number from 0 to below 2³²',
    received: String(seed),
  })
}
