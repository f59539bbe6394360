import type { Device, Executable, TimedCall, VariableStore } from '../../engine/device/device.ts'
import type { Graph } from '../../engine/graph/graph.ts'
import type { ReferenceTensor } from '../../engine/graph/opDefinition.ts'
import { isVariable, type Value } from '../../engine/graph/value.ts'
import type { Plan, PlanStep } from '../../engine/planning/plan.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import { elementCount } from '../../foundation/shape.ts'

/** Variables in float64. `read64` gives tests the full precision, to read and to write. */
export class ReferenceVariables implements VariableStore {
  private readonly values = new Map<string, Float64Array>()
  version = 0

  get names(): readonly string[] {
    return [...this.values.keys()]
  }

  count(name: string): number | undefined {
    return this.values.get(name)?.length
  }

  add(name: string, count: number): void {
    if (this.values.has(name)) return
    try {
      this.values.set(name, new Float64Array(count))
    } catch (cause) {
      throw new SluiceError('limit', `there is no memory for the variable "${name}"`, {
        received: `${count} values`,
        cause,
      })
    }
  }

  write(name: string, data: Float32Array): void {
    this.read64(name).set(data)
    this.version++
  }

  read(name: string): Float32Array {
    return Float32Array.from(this.read64(name))
  }

  read64(name: string): Float64Array {
    return present(this.values.get(name), `variable ${name}`)
  }

  touch(): void {
    this.version++
  }

  dispose(): void {
    this.values.clear()
  }
}

/** Walks the plan with the ops' own float64 loops: slow, plain, and the definition of right. */
export class ReferenceExecutable implements Executable {
  private readonly values = new Map<number, Float64Array>()
  private readonly plan: Plan
  private readonly variables: ReferenceVariables

  constructor(plan: Plan, variables: ReferenceVariables) {
    this.plan = plan
    this.variables = variables
  }

  write(input: Value, data: Float32Array | Float64Array | Int32Array): void {
    this.values.set(input.id, Float64Array.from(data))
  }

  read(output: Value): Float32Array {
    return Float32Array.from(this.tensorOf(output).data)
  }

  /** An output in the full precision, for gradient checks. */
  read64(output: Value): Float64Array {
    return Float64Array.from(this.tensorOf(output).data)
  }

  run(): void {
    for (const step of this.plan.steps) this.runStep(step)
  }

  profile(clock: () => number): TimedCall[] {
    return this.plan.steps.map((step, index) => {
      const start = clock()
      this.runStep(step)
      const ms = clock() - start
      return { step: index, kernel: step.lowering.kernel, prepared: false, ms }
    })
  }

  dispose(): void {
    this.values.clear()
  }

  private runStep({ node }: PlanStep): void {
    const inputs = node.inputs.map((input) => this.tensorOf(input))
    const outputs = node.outputs.map((output) => {
      const data = new Float64Array(elementCount(output.shape))
      this.values.set(output.id, data)
      return { shape: output.shape, data }
    })
    node.op.reference(inputs, outputs, node.attributes)
  }

  private tensorOf(value: Value): ReferenceTensor {
    const data = isVariable(value)
      ? this.variables.read64(value.name)
      : present(this.values.get(value.id), `value ${value.id}`)
    return { shape: value.shape, data }
  }
}

/** The float64 device also takes and gives its own precision. */
export interface ReferenceDevice extends Device {
  load(plan: Plan, variables: VariableStore): ReferenceExecutable
}

/** The float64 device: defines what every other device must compute. */
export function reference(): ReferenceDevice {
  return {
    name: 'reference',
    signature: 'reference-f64',
    lower: (node) => ({
      kernel: `${node.op.name}-f64`,
      why: 'the definition',
      temporaries: [],
      inPlace: [],
      payload: undefined,
    }),
    createVariables(graph: Graph, existing?: VariableStore) {
      const store = existing ?? new ReferenceVariables()
      if (!(store instanceof ReferenceVariables)) {
        throw new SluiceError('usage', 'the variables to share are on another device', {
          fix: 'compile both programs for one device, or copy with readWeights and writeWeights',
        })
      }
      for (const [name, { value }] of graph.variables) store.add(name, elementCount(value.shape))
      return store
    },
    load: (plan, variables) => new ReferenceExecutable(plan, variables as ReferenceVariables),
    dispose() {},
  }
}
