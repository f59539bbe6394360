import type { Device, Module, Shape } from 'sluice'
import type { EpochRecord, Judgement, Trainer, TrainingBatch } from 'sluice/training'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import type { Costs } from '../networks/equalWidths.ts'
import type { Variant } from '../networks/variant.ts'

/** What of a test is measured: decibels in a picture's hole, or whether a clip was told right. */
export type Measure = 'psnr' | 'accuracy'

/** One thing to learn, and all that its runs have in common. */
export interface Task {
  readonly name: string
  /** As the document calls it. */
  readonly title: string
  readonly measure: Measure
  readonly variants: readonly Variant[]
  /** Channels of the gated network's layers. */
  readonly base: readonly number[]
  /** Shape of one input, batch first. */
  readonly input: Shape
  readonly batch: number
  /** Stretches of training between two looks at the validation set. */
  readonly epochs: number
  /** The same for the short runs by which each variant's learning rate is chosen. */
  readonly rateEpochs: number
  readonly rates: readonly number[]
  /** What else decides a run's bits, as plain data. */
  readonly settings: Readonly<Record<string, unknown>>
  build(variant: Variant, widths: readonly number[]): Module
  /**
   * Makes what is learned from ready, fetching what is missing.
   * @returns undefined when the signal stopped it
   */
  prepare(terminal: Terminal, signal: AbortSignal): Promise<Material | undefined>
}

/** What a task's runs learn from and are judged by. */
export interface Material {
  /** Hash over the data: equal fingerprints give equal runs. */
  readonly fingerprint: string
  /** Training items, validation items, test items. */
  readonly counts: readonly [train: number, valid: number, test: number]
  readonly stepsPerEpoch: number
  /** Which photograph, month or recording each test item is of: those of one are not independent. */
  readonly clusters: readonly number[]
  trainer(model: Module, options: TrainingChoices): Trainer
  /** Batches of an epoch, from number `first` on. The same for every variant. */
  batches(seed: number, epoch: number, first: number): AsyncIterable<TrainingBatch>
  /** How a network does on the validation set. */
  judge(trainer: Trainer): Promise<Judgement>
  /** The measure for every test item, in order. */
  test(trainer: Trainer): Promise<number[]>
}

/** What differs between runs of one task, besides the network. */
export interface TrainingChoices {
  readonly device: Device
  readonly seed: number
  readonly rate: number
  /** Steps in all. */
  readonly steps: number
}

/** A run of the study, or a short one that helps to choose a learning rate. */
export interface RunPlan {
  readonly task: Task
  readonly variant: Variant
  readonly widths: readonly number[]
  readonly costs: Costs
  readonly seed: number
  readonly purpose: 'rate' | 'study'
  readonly rate: number
  readonly epochs: number
}

/** What a finished run leaves. It holds no clock time, so that equal runs leave equal records. */
export interface RunRecord {
  readonly format: 'sluice study run 1'
  readonly id: string
  readonly task: string
  readonly variant: Variant
  readonly purpose: RunPlan['purpose']
  readonly seed: number
  readonly rate: number
  readonly widths: readonly number[]
  readonly costs: Costs
  readonly steps: number
  /** Hash over everything that decides the run's bits. */
  readonly settings: string
  /** Which kernels computed. */
  readonly device: string
  readonly curve: readonly EpochRecord[]
  /** The measure of every test item, and their mean; absent in runs that choose a rate. */
  readonly items?: readonly number[]
  readonly score?: number
}

/** How a run is called on the disk and in messages. */
export function runName({ task, variant, purpose, seed, rate }: RunPlan): string {
  const which = purpose === 'rate' ? `rate-${rate}` : `seed-${seed}`
  return `${task.name}-${variant}-${which}`
}
