import type { VariableStore } from '../../engine/device/device.ts'
import type { Graph } from '../../engine/graph/graph.ts'
import { invariant, present } from '../../foundation/invariant.ts'
import { elementCount } from '../../foundation/shape.ts'
import type { LinearMemory } from './linearMemory.ts'

/** Variables at fixed addresses of a device's memory, which its programs share. */
export class WasmVariables implements VariableStore {
  readonly memory: LinearMemory
  private readonly places = new Map<string, { readonly address: number; readonly count: number }>()
  version = 0

  constructor(memory: LinearMemory) {
    this.memory = memory
  }

  get names(): readonly string[] {
    return [...this.places.keys()]
  }

  count(name: string): number | undefined {
    return this.places.get(name)?.count
  }

  /** Makes room for the variables of a graph that are not there yet: for all of them or for none. */
  addMissing(graph: Graph): void {
    const missing = [...graph.variables].filter(([name]) => !this.places.has(name))
    const bytes = missing.reduce((sum, [, { value }]) => sum + elementCount(value.shape) * 4, 0)
    this.memory.requireRoom(new Map([['variables', bytes]]))
    const added = this.memory.allOrNothing(() =>
      missing.map(([name, { value }]) => {
        const count = elementCount(value.shape)
        return [name, { address: this.memory.allocate(count * 4), count }] as const
      }),
    )
    for (const [name, place] of added) this.places.set(name, place)
  }

  address(name: string): number {
    return present(this.places.get(name), `variable ${name}`).address
  }

  write(name: string, data: Float32Array): void {
    const { address, count } = present(this.places.get(name), `variable ${name}`)
    invariant(data.length === count, `variable ${name} has ${count} elements`)
    this.memory.floats(address, count).set(data)
    this.version++
  }

  read(name: string): Float32Array {
    const { address, count } = present(this.places.get(name), `variable ${name}`)
    return this.memory.floats(address, count).slice()
  }

  touch(): void {
    this.version++
  }

  dispose(): void {
    for (const { address } of this.places.values()) this.memory.release(address)
    this.places.clear()
  }
}
