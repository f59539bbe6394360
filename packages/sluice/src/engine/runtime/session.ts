import { SluiceError } from '../../foundation/errors.ts'
import { type Float32Tensor, tensor } from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import { elementCount, formatShape } from '../../foundation/shape.ts'
import type { Executable, VariableStore } from '../device/device.ts'
import type { Plan } from '../planning/plan.ts'

/** What a session takes for one input: a tensor, or its bare row-major values. */
export type SessionInput = Float32Tensor | Float32Array | Int32Array | number

/**
 * A program on its device, to be run again and again. Inputs and outputs are row-major in the shapes
 * of the graph; device memory is planned once and nothing is allocated in a step but the outputs.
 */
export class Session implements Disposable {
  readonly plan: Plan
  readonly variables: VariableStore
  private readonly executable: Executable
  private disposed = false

  constructor(plan: Plan, executable: Executable, variables: VariableStore) {
    this.plan = plan
    this.executable = executable
    this.variables = variables
  }

  /** Runs the program once. Missing, surplus or wrongly sized inputs are refused by name. */
  async run(
    inputs: Readonly<Record<string, SessionInput>> = {},
  ): Promise<Record<string, Float32Tensor>> {
    this.step(inputs)
    const outputs: Record<string, Float32Tensor> = {}
    for (const [name, value] of this.plan.graph.outputs) {
      outputs[name] = tensor(value.shape, this.executable.read(value))
    }
    return outputs
  }

  /** Runs the program and reads nothing back: for training steps whose loss is not looked at. */
  step(inputs: Readonly<Record<string, SessionInput>>): void {
    if (this.disposed) throw new SluiceError('usage', 'this session is disposed')
    for (const name of Object.keys(inputs)) {
      if (!this.plan.graph.inputs.has(name)) {
        throw new SluiceError('usage', `the program has no input "${name}"`, {
          expected: [...this.plan.graph.inputs.keys()].join(', '),
        })
      }
    }
    for (const [name, value] of this.plan.graph.inputs) {
      const given = inputs[name]
      if (given === undefined) {
        throw new SluiceError('usage', `input "${name}" is missing`, {
          expected: formatShape(value.shape),
        })
      }
      const data =
        typeof given === 'number' ? scalar(given, value.type) : 'data' in given ? given.data : given
      if (data.length !== elementCount(value.shape)) {
        throw new SluiceError('shape', `input "${name}" has a wrong size`, {
          expected: `${formatShape(value.shape)}, ${elementCount(value.shape)} values`,
          received:
            'shape' in Object(given)
              ? formatShape((given as Float32Tensor).shape)
              : `${data.length} values`,
        })
      }
      if (this.plan.slots.has(value.id)) this.executable.write(value, data)
    }
    this.executable.run()
    if (!this.plan.variablesAreFixed) this.variables.touch()
  }

  /** Reads one output of the last run. */
  read(name: string): Float32Tensor {
    const value = present(this.plan.graph.outputs.get(name), `output ${name}`)
    return tensor(value.shape, this.executable.read(value))
  }

  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    this.executable.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

function scalar(value: number, type: 'float32' | 'int32'): Float32Array | Int32Array {
  return type === 'int32' ? Int32Array.of(value) : Float32Array.of(value)
}
