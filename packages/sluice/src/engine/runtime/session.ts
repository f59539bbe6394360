import { SluiceError } from '../../foundation/errors.ts'
import { type Float32Tensor, tensor } from '../../foundation/hostTensor.ts'
import { elementCount, formatShape, type Shape, sameShape } from '../../foundation/shape.ts'
import type { Executable, VariableStore } from '../device/device.ts'
import type { Value } from '../graph/value.ts'
import type { Plan } from '../planning/plan.ts'
import { type Profile, type ProfileOptions, profileProgram } from './profile.ts'

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
  private readonly ownsVariables: boolean
  private disposed = false

  /** `compile` makes sessions. One that shares another's variables leaves them to that one. */
  constructor(
    plan: Plan,
    executable: Executable,
    variables: VariableStore,
    ownsVariables: boolean,
  ) {
    this.plan = plan
    this.executable = executable
    this.variables = variables
    this.ownsVariables = ownsVariables
  }

  /**
   * Runs the program once and reads all outputs, by name.
   * @throws SluiceError `usage` or `shape` for inputs that are missing, surplus or wrongly sized, by
   * name, and when the session is disposed
   */
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

  /**
   * Runs the program and reads nothing back: for training steps whose loss is not looked at.
   * @throws SluiceError as `run`
   */
  step(inputs: Readonly<Record<string, SessionInput>>): void {
    this.requireAlive()
    this.writeInputs(inputs)
    this.executable.run()
    if (!this.plan.variablesAreFixed) this.variables.touch()
  }

  /**
   * Runs the program several times and says of every step of the plan how long it took, by which
   * kernel and why. A program that trains is profiled training: the variables that it overwrites are
   * put back afterwards (as float32). Outputs are then those of the last run.
   *
   * @param inputs as of `run`; without them all inputs are zeros
   * @throws SluiceError as `run`; `unsupported` when the device cannot tell times
   */
  async profile(
    inputs?: Readonly<Record<string, SessionInput>>,
    options: ProfileOptions = {},
  ): Promise<Profile> {
    this.requireAlive()
    const { plan, executable, variables } = this
    return await profileProgram({
      ...{ plan, executable, variables, options },
      writeInputs: () => {
        // Somebody may have disposed it while the device was awaited.
        this.requireAlive()
        this.writeInputs(inputs ?? zeros(plan))
      },
    })
  }
  /**
   * Reads one output of the last run.
   * @throws SluiceError `usage` when there is no such output, or the session is disposed
   */
  read(name: string): Float32Tensor {
    this.requireAlive()
    const value = this.plan.graph.outputs.get(name)
    if (value === undefined) {
      throw new SluiceError('usage', `the program has no output "${name}"`, {
        expected: [...this.plan.graph.outputs.keys()].join(', '),
      })
    }
    return tensor(value.shape, this.executable.read(value))
  }

  /** Gives the device's memory back: the program's, and the variables unless they are another's. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    this.executable.dispose()
    if (this.ownsVariables) this.variables.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  private writeInputs(inputs: Readonly<Record<string, SessionInput>>): void {
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
      const data = valuesOf(name, value, given)
      if (this.plan.slots.has(value.id)) this.executable.write(value, data)
    }
  }

  private requireAlive(): void {
    if (this.disposed) throw new SluiceError('usage', 'this session is disposed')
  }
}

function zeros(plan: Plan): Record<string, SessionInput> {
  const inputs: Record<string, SessionInput> = {}
  for (const [name, { shape, type }] of plan.graph.inputs) {
    const count = elementCount(shape)
    inputs[name] = type === 'int32' ? new Int32Array(count) : new Float32Array(count)
  }
  return inputs
}

/** The row-major values of one input; refused when they are not of its shape. */
function valuesOf(name: string, value: Value, given: SessionInput): Float32Array | Int32Array {
  const { shape } = value
  const [data, received] = unwrap(given, value.type)
  if (!ArrayBuffer.isView(data)) {
    throw new SluiceError('usage', `input "${name}" is neither a tensor nor a typed array`, {
      expected: formatShape(shape),
    })
  }
  const fits = received === undefined || sameShape(received, shape)
  if (fits && data.length === elementCount(shape)) return data
  throw new SluiceError('shape', `input "${name}" has a wrong size`, {
    expected: `${formatShape(shape)}, ${elementCount(shape)} values`,
    received: received === undefined ? `${data.length} values` : formatShape(received),
  })
}

/** Values, and their shape if they come with one. */
function unwrap(
  given: SessionInput,
  type: Value['type'],
): readonly [data: Float32Array | Int32Array, shape?: Shape] {
  if (typeof given === 'number') return [scalar(given, type)]
  return isTensor(given) ? [given.data, given.shape] : [given]
}

function isTensor(given: Float32Tensor | Float32Array | Int32Array): given is Float32Tensor {
  return 'data' in Object(given)
}

function scalar(value: number, type: 'float32' | 'int32'): Float32Array | Int32Array {
  return type === 'int32' ? Int32Array.of(value) : Float32Array.of(value)
}
