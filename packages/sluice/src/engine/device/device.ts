import type { Graph, Node } from '../graph/graph.ts'
import type { Value } from '../graph/value.ts'
import type { Plan } from '../planning/plan.ts'

/**
 * What a device says of one node before memory is planned: which kernel, why, and what memory beside
 * the node's own values it needs. `payload` is the device's business.
 */
export interface Lowering {
  readonly kernel: string
  readonly why: string
  readonly temporaries: readonly Temporary[]
  /** Pairs of (output, input) indices that may share memory when the input is not needed later. */
  readonly inPlace: readonly (readonly [output: number, input: number])[]
  readonly payload: unknown
}

/** Memory for one node only. Prepared temporaries keep their content from run to run. */
export interface Temporary {
  readonly bytes: number
  readonly prepared: boolean
}

/** What is known about a program when its nodes are lowered. */
export interface LoweringContext {
  /** No node of the program writes a variable, so that work on weights alone may be done once. */
  readonly variablesAreFixed: boolean
  /** Whether anything reads an output; outputs that nobody reads get no memory. */
  isUsed(value: Value): boolean
  /** Whether a value is a variable that no node overwrites, or made of such alone. */
  isFixed(value: Value): boolean
}

/** What is known of a program before pairs of its nodes are joined. */
export type PairContext = Pick<LoweringContext, 'isFixed'>

/** Variables by name on a device, shared by all programs compiled onto them. */
export interface VariableStore {
  readonly names: readonly string[]
  /** Elements of a variable; undefined when there is none of this name. */
  count(name: string): number | undefined
  /** Counts writes and mutating runs: prepared work on weights is redone when it changes. */
  readonly version: number
  write(name: string, data: Float32Array): void
  read(name: string): Float32Array
  /** Says that a program has overwritten variables. */
  touch(): void
  dispose(): void
}

/** One piece of work of a profiled run, in the order in which it was done. */
export interface TimedCall {
  /** Which step of the plan it belongs to. */
  readonly step: number
  /** What the device calls it. */
  readonly kernel: string
  /** Work on weights alone, which a usual run does again only after they changed. */
  readonly prepared: boolean
  readonly ms: number
}

/** A plan loaded onto a device, ready to run. */
export interface Executable {
  /** Row-major data in the logical shape; the device converts to its own layout. */
  write(input: Value, data: Float32Array | Int32Array): void
  read(output: Value): Float32Array
  run(): void
  /**
   * Runs the program once, each piece of work by itself, prepared work included: the values of `run`,
   * and how long each piece took. Devices that cannot tell leave it out.
   * @param clock milliseconds from any origin
   */
  profile?(clock: () => number): readonly TimedCall[] | Promise<readonly TimedCall[]>
  dispose(): void
}

/** A place where programs run. Backends implement it; the application hands one in. */
export interface Device {
  readonly name: string
  /** Says which kernels and binary this is: equal signatures give equal bits on one machine. */
  readonly signature: string
  lower(node: Node, context: LoweringContext): Lowering
  /**
   * Whether two nodes, of which the second alone reads what the first gives, are better computed in one
   * pass. If so, the device is asked to lower them as one (`fused`). Devices without such pairs leave it out.
   */
  fuses?(first: Node, second: Node, context: PairContext): boolean
  /**
   * Makes room for the variables of a graph (uninitialised), or adds missing ones to a store.
   * @throws SluiceError `usage` for a store of another device, `limit` when they do not fit
   */
  createVariables(graph: Graph, existing?: VariableStore): VariableStore
  /** @throws SluiceError `limit` when the program does not fit; nothing stays allocated then */
  load(plan: Plan, variables: VariableStore): Executable
  /** Ends the device's threads. Programs on it cannot run any more. */
  dispose(): void | Promise<void>
}
