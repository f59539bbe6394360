import type { Device } from '../engine/device/device.ts'
import type { Graph } from '../engine/graph/graph.ts'
import { compileGraph } from '../engine/runtime/compile.ts'
import type { Session } from '../engine/runtime/session.ts'
import { SluiceError } from '../foundation/errors.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'
import type { ShapedVariables } from './variables.ts'

/**
 * The programs of a training on one device, which share one store of variables: a step, an update, an
 * average, an opponent. What one writes the next one reads.
 */
export class Programs implements Disposable {
  private readonly device: Device
  private readonly seed: number
  private readonly sessions: Session[] = []
  private readonly shapes = new Map<string, Shape>()

  /** @param seed of the initial values of variables */
  constructor(device: Device, seed: number) {
    this.device = device
    this.seed = seed
  }

  /**
   * Compiles a program beside the others; variables that none of them had are made.
   * @throws SluiceError `limit` when memory does not suffice
   */
  add(graph: Graph): Session {
    const { device, seed, sessions } = this
    const [first] = sessions
    const shared = first === undefined ? {} : { variables: first.variables }
    const session = compileGraph(graph, { device, seed, ...shared })
    sessions.push(session)
    for (const [name, { value }] of graph.variables) this.shapes.set(name, value.shape)
    return session
  }

  /** All variables, with the shapes that programs gave them. */
  get variables(): ShapedVariables {
    const [first] = this.sessions
    if (first === undefined) throw new SluiceError('usage', 'there is no program yet')
    return { store: first.variables, shapes: this.shapes }
  }

  /** Bytes that the programs and their variables take. */
  get memoryBytes(): number {
    let bytes = 0
    for (const { plan } of this.sessions) bytes += plan.arenaBytes + plan.preparedBytes
    for (const shape of this.shapes.values()) bytes += 4 * elementCount(shape)
    return bytes
  }

  /** Gives the device's memory back: of all programs, and at last of the variables. */
  dispose(): void {
    // The first one owns the variables.
    for (const session of this.sessions.splice(0).reverse()) session.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
