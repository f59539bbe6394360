import type { Lowering, LoweringContext, Temporary } from '../../engine/device/device.ts'
import type { Value } from '../../engine/graph/value.ts'

/** One word (or two) of a step record, known now or once memory is planned. */
export type Argument =
  | number
  | { readonly value: Value | undefined; readonly offset?: number }
  | { readonly temporary: number; readonly offset?: number }
  | { readonly table: Uint32Array }
  | { readonly float: number }
  | { readonly double: number }

/** What lowerings know of the program and of the device. */
export interface WasmLoweringContext extends LoweringContext {
  /** Direct sums only: no kernel that trades precision for fewer multiplications. */
  readonly exact: boolean
}

/** What lowerings need of a node whose op has no attributes of interest. */
export interface NodeEnds {
  readonly op: { readonly name: string }
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
}

/** One call of one kernel over all of its chunks. */
export interface KernelStep {
  readonly kernel: number
  readonly chunks: number
  readonly args: readonly Argument[]
  /** Bytes of scratch that each thread needs. */
  readonly scratchBytes: number
  /** Depends on variables alone, so it runs once for all runs in which they do not change. */
  readonly prepared: boolean
}

/** Collects the kernel calls and the memory of one node. */
export class StepRecorder {
  private readonly temporaries: Temporary[] = []
  private readonly steps: KernelStep[] = []

  /** Memory for this node only; prepared memory keeps its content between runs. */
  temporary(bytes: number, prepared = false): { readonly temporary: number } {
    this.temporaries.push({ bytes, prepared })
    return { temporary: this.temporaries.length - 1 }
  }

  add(
    kernel: number,
    chunks: number,
    args: readonly Argument[],
    options: { readonly scratchBytes?: number; readonly prepared?: boolean } = {},
  ): void {
    const { scratchBytes = 0, prepared = false } = options
    this.steps.push({ kernel, chunks, args, scratchBytes, prepared })
  }

  finish(
    kernel: string,
    why: string,
    inPlace: readonly (readonly [output: number, input: number])[] = [],
  ): Lowering {
    return { kernel, why, temporaries: this.temporaries, inPlace, payload: this.steps }
  }
}
