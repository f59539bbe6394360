import type { Initialiser } from '../../foundation/initialiser.ts'
import type { Shape } from '../../foundation/shape.ts'
import type { GraphBuilder } from './graphBuilder.ts'
import type { OpDefinition } from './opDefinition.ts'
import type { Value } from './value.ts'

/** How layers behave: dropout and batch normalisation differ between the two. */
export type BuildMode = 'training' | 'inference'

/** A module as data: its type and options, enough to make it again. */
export interface ModuleDescription {
  readonly type: string
  readonly [option: string]: unknown
}

/** Anything that can build itself into a graph. Immutable; parameters belong to the session. */
export interface Module {
  readonly type: string
  describe(): ModuleDescription
  build(scope: Scope, input: Value): Value
}

/** Where a module builds: the graph, the names above it, and the mode. */
export class Scope {
  readonly builder: GraphBuilder
  readonly mode: BuildMode
  readonly path: string
  /** Seed of everything random inside a step (dropout). */
  readonly seed: number
  /** Modules that behave as in inference whatever the mode, by their paths. */
  readonly frozen: readonly string[]

  constructor(
    builder: GraphBuilder,
    mode: BuildMode,
    path = '',
    seed = 0,
    frozen: readonly string[] = [],
  ) {
    this.frozen = frozen
    this.builder = builder
    this.mode = mode
    this.path = path
    this.seed = seed
  }

  /** Builds a child under `name`; its parameters are called `<path>.<name>.…`. */
  child(name: string, module: Module, input: Value): Value {
    return module.build(this.within(name), input)
  }

  /** The scope of a part called `name`, for modules that wire their parts themselves. */
  within(name: string): Scope {
    const path = this.nameOf(name)
    const mode = this.frozen.includes(path) ? 'inference' : this.mode
    return new Scope(this.builder, mode, path, this.seed, this.frozen)
  }

  parameter(name: string, shape: Shape, initialise: Initialiser): Value {
    return this.builder.variable(this.nameOf(name), shape, 'parameter', initialise)
  }

  buffer(name: string, shape: Shape, initialise: Initialiser): Value {
    return this.builder.variable(this.nameOf(name), shape, 'buffer', initialise)
  }

  apply<A extends object>(op: OpDefinition<A>, inputs: readonly Value[], attributes: A): Value {
    return this.builder.applyOne(op, inputs, attributes, this.path)
  }

  applyAll<A extends object>(
    op: OpDefinition<A>,
    inputs: readonly Value[],
    attributes: A,
  ): Value[] {
    return this.builder.apply(op, inputs, attributes, this.path)
  }

  /** What a variable holds at this point of the step; see `GraphBuilder.latest`. */
  latest(variable: Value): Value {
    return this.builder.latest(variable)
  }

  /** Says what a variable is to hold after the step; see `GraphBuilder.replace`. */
  replace(variable: Value, value: Value, write: OpDefinition): void {
    this.builder.replace(variable, value, write, this.path)
  }

  /** The number of the training step, as an int32 scalar that the session is given at each run. */
  step(): Value {
    return this.builder.input('step', [], { type: 'int32', kind: 'plain' })
  }

  /** The full name of what is called `name` here. */
  nameOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }
}
