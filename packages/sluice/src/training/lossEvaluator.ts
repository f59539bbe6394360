import type { Graph } from '../engine/graph/graph.ts'
import type { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import type { Session, SessionInput } from '../engine/runtime/session.ts'
import { present } from '../foundation/invariant.ts'
import type { Shape } from '../foundation/shape.ts'
import type { Loss } from './losses/loss.ts'

/** How a program is made and loaded: on which builder, and beside which variables. */
export interface Compiling {
  builder(): GraphBuilder
  compile(graph: Graph): Session
}

/**
 * The loss of a model in inference mode: whole batches in one program, and what is left of the last
 * one clip by clip, so that clips which only fill a batch do not count.
 */
export class LossEvaluator implements Disposable {
  private readonly model: Module
  private readonly loss: Loss
  private readonly input: Shape
  private readonly compiling: Compiling
  private readonly programs = new Map<number, Session>()

  constructor(model: Module, loss: Loss, input: Shape, compiling: Compiling) {
    this.model = model
    this.loss = loss
    this.input = input
    this.compiling = compiling
  }

  /**
   * Mean loss of the first `valid` clips.
   * @param inputs by name, each with one part per clip of a whole batch
   */
  meanOf(inputs: Readonly<Record<string, SessionInput>>, valid: number): number {
    const batch = this.input[0] ?? 1
    if (valid === batch) return this.lossOf(inputs, batch)
    let sum = 0
    for (let clip = 0; clip < valid; clip++) {
      const parts = Object.entries(inputs).map(([name, values]) => {
        return [name, partOf(values, clip, batch)] as const
      })
      sum += this.lossOf(Object.fromEntries(parts), 1)
    }
    return sum / valid
  }

  dispose(): void {
    for (const program of this.programs.values()) program.dispose()
    this.programs.clear()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  private lossOf(inputs: Readonly<Record<string, SessionInput>>, batch: number): number {
    const program = this.programs.get(batch) ?? this.compiling.compile(this.graphFor(batch))
    this.programs.set(batch, program)
    program.step(inputs)
    return present(program.read('loss').data[0], 'loss')
  }

  private graphFor(batch: number): Graph {
    const builder = this.compiling.builder()
    const x = builder.input('input', [batch, ...this.input.slice(1)])
    const output = this.model.build(new Scope(builder, 'inference'), x)
    builder.output('loss', this.loss.build(builder, output).loss)
    return builder.finish()
  }
}

/** The values of one clip of a batch. */
function partOf(values: SessionInput, clip: number, batch: number): SessionInput {
  if (typeof values === 'number') return values
  const data = 'data' in values ? values.data : values
  const size = data.length / batch
  return data.subarray(clip * size, (clip + 1) * size)
}
