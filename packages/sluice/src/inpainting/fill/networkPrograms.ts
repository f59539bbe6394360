import type { Device, VariableStore } from '../../engine/device/device.ts'
import type { Graph } from '../../engine/graph/graph.ts'
import type { Plan } from '../../engine/planning/plan.ts'
import { planGraph } from '../../engine/planning/planGraph.ts'
import { checkWeights, compileGraph } from '../../engine/runtime/compile.ts'
import type { Session } from '../../engine/runtime/session.ts'
import { SluiceError } from '../../foundation/errors.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { elementCount } from '../../foundation/shape.ts'
import type { Inpainter } from '../../models/inpainter.ts'
import { inpaintingGraph } from '../inpaintingGraph.ts'
import type { Size } from './picture.ts'

export interface NetworkOptions {
  readonly device: Device
  /** The network's weights by name. Default: random ones, drawn from `seed`. */
  readonly weights?: NamedTensors
  readonly seed?: number
  /** Bytes that weights and programs may take together. Default: no limit but the device's. */
  readonly memoryLimit?: number
}

interface Program {
  readonly session: Session
  readonly bytes: number
}

interface Planned {
  readonly key: string
  readonly graph: Graph
  readonly plan: Plan
}

/** An inpainter's programs by the size that they take, all with one set of weights. */
export class NetworkPrograms implements Disposable {
  private readonly model: Inpainter
  private readonly options: NetworkOptions
  private readonly programs = new Map<string, Program>()
  private readonly estimates = new Map<string, number>()
  /** The last plan that an estimate took, for the program that often follows. */
  private planned: Planned | undefined
  private variables: VariableStore | undefined
  private variableBytes = 0
  private disposed = false

  constructor(model: Inpainter, options: NetworkOptions) {
    this.model = model
    this.options = options
  }

  /** Bytes of the weights and of the program for a size, from its plan: nothing is allocated. */
  bytesFor(size: Size): number {
    const key = keyOf(size)
    const known = this.estimates.get(key)
    if (known !== undefined) return known
    const { graph, plan } = this.planFor(size)
    this.variableBytes = 0
    for (const { value } of graph.variables.values()) {
      this.variableBytes += elementCount(value.shape) * 4
    }
    const bytes = this.variableBytes + plan.arenaBytes + plan.preparedBytes
    this.estimates.set(key, bytes)
    return bytes
  }

  /**
   * The program for a size. Those used longest ago make room where the limit asks for it.
   * @throws SluiceError `limit` when it does not fit, `missing` or `shape` for weights that do not,
   * `usage` after `dispose`, as nobody would end the program
   */
  take(size: Size): Session {
    if (this.disposed) throw new SluiceError('usage', 'this filler of holes is disposed')
    const key = keyOf(size)
    const kept = this.programs.get(key)
    if (kept !== undefined) {
      // Maps keep the order of insertion: the first is the one used longest ago.
      this.programs.delete(key)
      this.programs.set(key, kept)
      return kept.session
    }
    const { memoryLimit = Number.POSITIVE_INFINITY } = this.options
    const bytes = this.bytesFor(size) - this.variableBytes
    if (this.variableBytes + bytes > memoryLimit) {
      throw new SluiceError('limit', 'the network does not fit into the memory that is allowed', {
        where: `${size.width} × ${size.height} pixels`,
        expected: `up to ${memoryLimit} bytes`,
        received: `${this.variableBytes + bytes} bytes`,
      })
    }
    this.makeRoom(memoryLimit - this.variableBytes - bytes)
    const session = this.compiledAlone(size)
    this.programs.set(key, { session, bytes })
    return session
  }

  dispose(): void {
    this.disposed = true
    this.endAll()
    this.variables?.dispose()
    this.variables = undefined
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  private endAll(): void {
    for (const { session } of this.programs.values()) session.dispose()
    this.programs.clear()
  }

  /** Ends programs until those that are left take no more than `bytes`, and are few. */
  private makeRoom(bytes: number): void {
    const held = (): number => {
      let sum = 0
      for (const program of this.programs.values()) sum += program.bytes
      return sum
    }
    for (const [key, { session }] of [...this.programs]) {
      if (held() <= bytes && this.programs.size < MOST_PROGRAMS) return
      session.dispose()
      this.programs.delete(key)
    }
  }

  /** Once more without any other program if there is room, but not in one piece. */
  private compiledAlone(size: Size): Session {
    try {
      return this.compiled(size)
    } catch (error) {
      const full = error instanceof SluiceError && error.code === 'limit'
      if (!full || this.programs.size === 0) throw error
      this.endAll()
      return this.compiled(size)
    }
  }

  private compiled(size: Size): Session {
    const { device, weights, seed = 0 } = this.options
    const { graph, plan } = this.planFor(size)
    this.planned = undefined
    if (this.variables !== undefined) {
      return compileGraph(graph, { device, plan, variables: this.variables })
    }
    if (weights !== undefined) checkWeights(graph, weights)
    // A store of its own, so that the first program may end before the others.
    const variables = device.createVariables({ ...graph, variables: new Map() })
    try {
      const given = weights === undefined ? {} : { weights }
      const first = compileGraph(graph, { device, plan, seed, variables, ...given })
      this.variables = variables
      return first
    } catch (error) {
      variables.dispose()
      throw error
    }
  }

  private planFor(size: Size): Planned {
    const { width, height } = size
    const key = keyOf(size)
    if (this.planned?.key === key) return this.planned
    const graph = inpaintingGraph(this.model, { batch: 1, height, width })
    this.planned = { key, graph, plan: planGraph(graph, this.options.device) }
    return this.planned
  }
}

/** Few sizes are usual; more are a hole in a hundred pieces or a folder of odd photos. */
const MOST_PROGRAMS = 4

function keyOf({ width, height }: Size): string {
  return `${width}x${height}`
}
