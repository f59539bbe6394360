import type { Lowering } from '../device/device.ts'
import type { Graph, Node } from '../graph/graph.ts'

/** A place in the program's memory, in bytes from the start of the arena or of the prepared block. */
export interface Slot {
  readonly block: 'arena' | 'prepared'
  readonly offset: number
  readonly bytes: number
}

/** One node with its kernel and the places of its temporaries. */
export interface PlanStep {
  readonly node: Node
  readonly lowering: Lowering
  readonly temporaries: readonly Slot[]
  /** Depends on variables alone, which nothing overwrites: a device may keep what it computed. */
  readonly runsOnce: boolean
}

/**
 * A graph made ready for one device: dead work removed, kernels chosen, and every value that is no
 * variable given a place in ONE arena, so that nothing is allocated while it runs.
 */
export interface Plan {
  readonly graph: Graph
  readonly steps: readonly PlanStep[]
  /** Places of inputs and intermediates by value id; values that nobody reads have none. */
  readonly slots: ReadonlyMap<number, Slot>
  readonly arenaBytes: number
  readonly preparedBytes: number
  /** The most bytes alive at one moment: no arena can be smaller. */
  readonly lowerBoundBytes: number
  readonly variablesAreFixed: boolean
}
