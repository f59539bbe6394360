import { SluiceError } from '../../foundation/errors.ts'
import { type Float32Tensor, type NamedTensors, toFloat32 } from '../../foundation/hostTensor.ts'
import { Random } from '../../foundation/random.ts'
import { elementCount, formatShape, type Shape, sameShape } from '../../foundation/shape.ts'
import type { Device, VariableStore } from '../device/device.ts'
import type { Graph } from '../graph/graph.ts'
import { inferenceGraph } from '../graph/inferenceGraph.ts'
import type { Module } from '../graph/module.ts'
import { verifyGraph } from '../graph/verifyGraph.ts'
import { planGraph } from '../planning/planGraph.ts'
import { Session } from './session.ts'

export interface CompileGraphOptions {
  readonly device: Device
  /** Variables of another session to share; missing ones are added and initialised. */
  readonly variables?: VariableStore
  /** Seed of the initial values of new variables. */
  readonly seed?: number
}

export interface CompileOptions extends CompileGraphOptions {
  /** Shape of the input, batch first: `[N, C, D, H, W]`. */
  readonly input: Shape
  /** Values of the variables by name; names and shapes must match those of the model. */
  readonly weights?: NamedTensors
}

/** Compiles a model for inference: input `input`, output `output`. */
export function compile(model: Module, options: CompileOptions): Session {
  const session = compileGraph(inferenceGraph(model, options.input), options)
  if (options.weights !== undefined) writeWeights(session, options.weights)
  return session
}

/** Plans a graph, makes its variables and loads it. */
export function compileGraph(graph: Graph, options: CompileGraphOptions): Session {
  const { device, seed = 0 } = options
  verifyGraph(graph)
  const plan = planGraph(graph, device)
  const variables = device.createVariables(graph, options.variables)
  for (const [name, { value, initialise }] of graph.variables) {
    if (options.variables?.has(name) === true) continue
    const data = new Float32Array(elementCount(value.shape))
    initialise(data, value.shape, new Random(seed, name))
    variables.write(name, data)
  }
  return new Session(plan, device.load(plan, variables), variables)
}

/** Puts named tensors into a session's variables: all of them, with exactly these names and shapes. */
export function writeWeights(session: Session, weights: NamedTensors): void {
  for (const [name, { value }] of session.plan.graph.variables) {
    const given = weights.get(name)
    if (given === undefined) {
      throw new SluiceError('missing', `no tensor for ${value.role} "${name}"`, {
        expected: formatShape(value.shape),
        received: [...weights.keys()].slice(0, 8).join(', '),
      })
    }
    if (!sameShape(given.shape, value.shape)) {
      throw new SluiceError('shape', `tensor "${name}" does not fit the model`, {
        expected: formatShape(value.shape),
        received: formatShape(given.shape),
      })
    }
    session.variables.write(name, toFloat32(given).data)
  }
}

/** The variables of a session as named tensors, in the model's order. */
export function readWeights(session: Session): Map<string, Float32Tensor> {
  const weights = new Map<string, Float32Tensor>()
  for (const [name, { value }] of session.plan.graph.variables) {
    weights.set(name, { dtype: 'float32', shape: value.shape, data: session.variables.read(name) })
  }
  return weights
}
