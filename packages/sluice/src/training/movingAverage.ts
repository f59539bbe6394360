import type { Graph } from '../engine/graph/graph.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import type { Value } from '../engine/graph/value.ts'
import { blendUpdate } from '../engine/ops/blendUpdate/blendUpdate.ts'
import { constantInitialiser, type Initialiser } from '../foundation/initialiser.ts'
import type { Shape } from '../foundation/shape.ts'

/** What the names of averages begin with; no layer's name can, because of the colon. */
const averagePrefix = 'average:'

/** The variable that holds the average of a parameter. */
export function averageOf(parameter: string): string {
  return averagePrefix + parameter
}

/**
 * The program that moves averages of parameters: `average = keep · average + add · parameter`. It runs
 * after a step's update, and so is a program of its own.
 */
export function averageGraph(parameters: readonly Value[]): Graph {
  const builder = new GraphBuilder()
  const keep = builder.input('keep', [], { kind: 'plain' })
  const add = builder.input('add', [], { kind: 'plain' })
  for (const { name, shape } of parameters) {
    const zeros = constantInitialiser(0)
    const average = builder.variable(averageOf(name), shape, 'buffer', zeros)
    const parameter = builder.variable(name, shape, 'parameter', zeros)
    builder.apply(blendUpdate, [average, parameter, keep, add], {}, name)
  }
  return builder.finish()
}

/**
 * How much of an average stays after a step (from 0): `decay`, and less in the first steps, so that
 * the weights that training began with are soon forgotten (as TensorFlow's ExponentialMovingAverage
 * with `num_updates`).
 */
export function partToKeep(decay: number, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step))
}

/** Builds a model on the averages of some parameters instead of these. */
export class AveragedBuilder extends GraphBuilder {
  private readonly averaged: ReadonlySet<string>

  constructor(averaged: ReadonlySet<string>) {
    super()
    this.averaged = averaged
  }

  override variable(
    name: string,
    shape: Shape,
    role: 'parameter' | 'buffer',
    initialise: Initialiser,
  ): Value {
    return super.variable(this.averaged.has(name) ? averageOf(name) : name, shape, role, initialise)
  }
}
