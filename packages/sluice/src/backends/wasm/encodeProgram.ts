import { isVariable, type Value } from '../../engine/graph/value.ts'
import type { Plan, PlanStep } from '../../engine/planning/plan.ts'
import { invariant, present } from '../../foundation/invariant.ts'
import { COPY_BLOCKS } from './abi/kernelIds.ts'
import type { LinearMemory } from './linearMemory.ts'
import type { Argument, KernelStep } from './step.ts'

/** A program's tables in linear memory. */
export interface EncodedProgram {
  readonly prepare: Table
  readonly run: Table
  readonly blocks: readonly number[]
}

/** Addresses of records in linear memory, in the order in which they run. */
export interface Table {
  readonly address: number
  readonly steps: number
  /** What each record is. */
  readonly records: readonly RecordSource[]
}

/** Which step of the plan a record belongs to, and which kernel it calls. */
export interface RecordSource {
  readonly step: number
  readonly kernel: number
}

/** Where a plan's blocks and variables lie. */
export interface Placement {
  readonly arena: number
  readonly prepared: number
  variable(name: string): number
}

/** Address of a value; 0 when nobody needs it. */
export function addressOf(plan: Plan, place: Placement, value: Value | undefined): number {
  if (value === undefined) return 0
  if (isVariable(value)) return place.variable(value.name)
  const slot = plan.slots.get(value.id)
  return slot === undefined ? 0 : place[slot.block] + slot.offset
}

/** Writes the step records of a plan into linear memory, every argument resolved to a word. */
export function encodeProgram(plan: Plan, memory: LinearMemory, place: Placement): EncodedProgram {
  const words: number[] = []
  const records: (RecordSource & { readonly offset: number; readonly prepared: boolean })[] = []
  const blocks: number[] = []
  for (const [index, step] of plan.steps.entries()) {
    for (const kernelStep of step.lowering.payload as readonly KernelStep[]) {
      const args = kernelStep.args.flatMap((argument) =>
        resolve(argument, plan, step, place, memory, blocks),
      )
      // A copy whose two ends share memory has nothing to do.
      if (kernelStep.kernel === COPY_BLOCKS && args[0] === args[1]) continue
      records.push({
        ...{ step: index, kernel: kernelStep.kernel, offset: words.length },
        prepared: kernelStep.prepared || step.runsOnce,
      })
      words.push(kernelStep.kernel, kernelStep.chunks, 0, 0, ...args)
      // Records begin on their own cache line: threads count chunks in them.
      while (words.length % 16 !== 0) words.push(0)
    }
  }
  const base = memory.allocate(words.length * 4)
  blocks.push(base)
  memory.integers(base, words.length).set(words)
  const table = (prepared: boolean): Table => {
    const chosen = records.filter((record) => record.prepared === prepared)
    const addresses = chosen.map((record) => base + record.offset * 4)
    const address = memory.allocate(Math.max(1, addresses.length) * 4)
    blocks.push(address)
    memory.integers(address, addresses.length).set(addresses)
    return { address, steps: addresses.length, records: chosen }
  }
  return { prepare: table(true), run: table(false), blocks }
}

const bits = new DataView(new ArrayBuffer(8))

function resolve(
  argument: Argument,
  plan: Plan,
  step: PlanStep,
  place: Placement,
  memory: LinearMemory,
  blocks: number[],
): number[] {
  if (typeof argument === 'number') {
    invariant(Number.isInteger(argument), 'a plain argument is a whole number')
    return [argument | 0]
  }
  if ('value' in argument) {
    return [(addressOf(plan, place, argument.value) + (argument.offset ?? 0)) | 0]
  }
  if ('temporary' in argument) {
    const slot = present(step.temporaries[argument.temporary], 'temporary')
    return [(place[slot.block] + slot.offset + (argument.offset ?? 0)) | 0]
  }
  if ('table' in argument) {
    const address = memory.allocate(argument.table.length * 4)
    blocks.push(address)
    memory.integers(address, argument.table.length).set(argument.table)
    return [address | 0]
  }
  if ('float' in argument) {
    bits.setFloat32(0, argument.float, true)
    return [bits.getInt32(0, true)]
  }
  bits.setFloat64(0, argument.double, true)
  return [bits.getInt32(0, true), bits.getInt32(4, true)]
}
