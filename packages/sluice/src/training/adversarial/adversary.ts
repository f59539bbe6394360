import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Module } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import type { Schedule } from '../schedules/schedule.ts'

/** The path under which the discriminator's variables stand beside the generator's. */
export const discriminatorPath = 'discriminator'

/** What a discriminator is to tell apart, of one shape. */
export interface Exhibits {
  readonly real: Value
  readonly made: Value
}

/** How a batch and what the generator makes of it are shown to the discriminator. */
export interface Exhibition {
  /** As plain data, enough to tell two runs apart: kept in checkpoints. */
  describe(): { readonly type: string; readonly [option: string]: unknown }
  /** Appends what is shown; inputs of the batch (`input`, `targets`) are asked of the builder. */
  build(builder: GraphBuilder, output: Value): Exhibits
}

/** The opponent of a generator, and how it is trained. */
export interface Adversary {
  /** Any module; its outputs are judgements, positive for what it takes as real. */
  readonly discriminator: Module
  /** What its judgement weighs beside the generator's own loss, from 0 up. Default 1. */
  readonly weight?: number
  /** Default: the batch's `targets` are real, the generator's output is made. */
  readonly exhibition?: Exhibition
  /** Default `adam({ beta1: 0.5 })`. */
  readonly optimizer?: Optimizer
  /** A schedule over the generator's steps, or one rate for all. Default as the generator's. */
  readonly learningRate?: Schedule | number
  /** Weights to start from instead of random ones: all of the discriminator's variables. */
  readonly weights?: NamedTensors
}

/** The batch's `targets` and the generator's output as they are. */
export const targetsAndOutput: Exhibition = {
  describe: () => ({ type: 'targetsAndOutput' }),
  build: (builder, output) => ({
    real: builder.input('targets', output.shape, { kind: output.kind }),
    made: output,
  }),
}
