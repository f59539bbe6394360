import type { Executable, TimedCall } from '../../engine/device/device.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { Plan } from '../../engine/planning/plan.ts'
import { elementCount } from '../../foundation/shape.ts'
import {
  addressOf,
  type EncodedProgram,
  encodeProgram,
  type Placement,
  type Table,
} from './encodeProgram.ts'
import { isChannelsLast, toChannelsLast, toRowMajor } from './layout.ts'
import type { LinearMemory } from './linearMemory.ts'
import type { WasmVariables } from './wasmVariables.ts'

/** What a program needs of the device that it is loaded on. */
export interface ProgramHost {
  readonly memory: LinearMemory
  /** Runs one table on all threads. */
  walk(table: { readonly address: number; readonly steps: number }): void
  /** A program has given back its memory. */
  programEnded(): void
}

/** A plan whose records stand in linear memory, with its arena and prepared values. */
export class WasmExecutable implements Executable {
  private readonly device: ProgramHost
  private readonly plan: Plan
  private readonly variables: WasmVariables
  private readonly place: Placement
  private readonly program: EncodedProgram
  private preparedVersion = -1

  constructor(device: ProgramHost, plan: Plan, variables: WasmVariables) {
    this.device = device
    this.plan = plan
    this.variables = variables
    const { memory } = device
    this.place = {
      arena: memory.allocate(plan.arenaBytes),
      prepared: memory.allocate(plan.preparedBytes),
      variable: (name) => variables.address(name),
    }
    this.program = encodeProgram(plan, memory, this.place)
  }

  write(input: Value, data: Float32Array | Int32Array): void {
    const address = addressOf(this.plan, this.place, input)
    const target = this.numbers(input, address)
    if (isChannelsLast(input)) toChannelsLast(data, target, input.shape)
    else target.set(data)
  }

  read(output: Value): Float32Array {
    const source = this.numbers(output, addressOf(this.plan, this.place, output))
    const result = new Float32Array(source.length)
    if (isChannelsLast(output)) toRowMajor(source, result, output.shape)
    else result.set(source)
    return result
  }

  run(): void {
    if (this.program.prepare.steps > 0 && this.preparedVersion !== this.variables.version) {
      this.device.walk(this.program.prepare)
      this.preparedVersion = this.variables.version
    }
    this.device.walk(this.program.run)
  }

  async profile(clock: () => number): Promise<TimedCall[]> {
    const { kernelNames } = await import('./kernelNames.ts')
    const walked = (table: Table, prepared: boolean): TimedCall[] =>
      table.records.map(({ step, kernel }, index) => {
        const record = { address: table.address + index * 4, steps: 1 }
        const start = clock()
        this.device.walk(record)
        const ms = clock() - start
        return { step, kernel: kernelNames.get(kernel) ?? `kernel ${kernel}`, prepared, ms }
      })
    const calls = walked(this.program.prepare, true)
    this.preparedVersion = this.variables.version
    calls.push(...walked(this.program.run, false))
    return calls
  }

  dispose(): void {
    const { memory } = this.device
    for (const block of this.program.blocks) memory.release(block)
    memory.release(this.place.arena)
    memory.release(this.place.prepared)
    this.device.programEnded()
  }

  private numbers(value: Value, address: number): Float32Array | Int32Array {
    const count = elementCount(value.shape)
    const { memory } = this.device
    return value.type === 'int32' ? memory.integers(address, count) : memory.floats(address, count)
  }
}
