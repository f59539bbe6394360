import { SluiceError } from '../../foundation/errors.ts'
import {
  type Float32Tensor,
  type HostTensor,
  type NamedTensors,
  toFloat32,
} from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import { Random } from '../../foundation/random.ts'
import { elementCount, formatShape, type Shape, sameShape } from '../../foundation/shape.ts'
import type { Device, VariableStore } from '../device/device.ts'
import type { Graph } from '../graph/graph.ts'
import { inferenceGraph } from '../graph/inferenceGraph.ts'
import type { Module } from '../graph/module.ts'
import type { Value } from '../graph/value.ts'
import { verifyGraph } from '../graph/verifyGraph.ts'
import type { Plan } from '../planning/plan.ts'
import { planGraph } from '../planning/planGraph.ts'
import { Session } from './session.ts'

export interface CompileGraphOptions {
  readonly device: Device
  /** Variables of another session to share; missing ones are added and initialised. */
  readonly variables?: VariableStore
  /** Seed of the initial values of new variables. */
  readonly seed?: number
  /** Values of variables by name; those without one keep theirs, or are drawn when they are new. */
  readonly weights?: NamedTensors
  /** What `planGraph` made of this very graph for this device, where somebody has it already. */
  readonly plan?: Plan
}

export interface CompileOptions extends Omit<CompileGraphOptions, 'plan'> {
  /** Shape of the input, batch first: `[N, C, D, H, W]`. */
  readonly input: Shape
  /** Values of all variables by name; names and shapes must match those of the model. */
  readonly weights?: NamedTensors
}

/**
 * Compiles a model for inference: input `input`, output `output`. Without `weights` they are random,
 * drawn from `seed`. The session's memory on the device is its own until it is disposed.
 *
 * @throws SluiceError `shape` when layers or weights do not fit, `missing` when a weight is not there,
 * `limit` when the program does not fit into the device's memory
 */
export function compile(model: Module, options: CompileOptions): Session {
  const graph = inferenceGraph(model, options.input)
  // Before any planning: weights from a file bound what a description from the same file may ask for.
  if (options.weights !== undefined) checkWeights(graph, options.weights)
  return compileGraph(graph, options)
}

/**
 * Plans a graph, makes its variables and loads it.
 * @throws SluiceError `shape` when a weight does not fit, `limit` when memory does not suffice
 */
export function compileGraph(graph: Graph, options: CompileGraphOptions): Session {
  const { device, seed = 0, variables: shared, weights } = options
  verifyGraph(graph)
  for (const [name, { value }] of graph.variables) {
    const given = weights?.get(name)
    if (given !== undefined) checkShape(name, given, value)
  }
  const missing = shared === undefined ? graph.variables : missingFrom(shared, graph)
  // Before any planning: a kernel whose weights do not fit would take for ever to plan.
  const variables = device.createVariables(graph, shared)
  try {
    const plan = options.plan ?? planGraph(graph, device)
    const executable = device.load(plan, variables)
    for (const [name, { value, initialise }] of graph.variables) {
      const given = weights?.get(name)
      if (given !== undefined) variables.write(name, toFloat32(given).data)
      if (given !== undefined || !missing.has(name)) continue
      const data = new Float32Array(elementCount(value.shape))
      initialise(data, value.shape, new Random(seed, name))
      variables.write(name, data)
    }
    return new Session(plan, executable, variables, shared === undefined)
  } catch (error) {
    if (shared === undefined) variables.dispose()
    throw error
  }
}

/** The variables of a graph that a store lacks. Those that it has must be of the graph's sizes. */
function missingFrom(shared: VariableStore, graph: Graph): Graph['variables'] {
  const missing = [...graph.variables].filter(([name, { value }]) => {
    const count = shared.count(name)
    if (count === undefined || count === elementCount(value.shape)) return count === undefined
    throw new SluiceError('shape', `the shared ${value.role} "${name}" has another size`, {
      expected: `${formatShape(value.shape)}, ${elementCount(value.shape)} values`,
      received: `${count} values`,
      fix: 'share variables between programs of one model',
    })
  })
  return new Map(missing)
}

/**
 * Puts named tensors into a session's variables, all or none: every variable needs one of its name and
 * shape. Tensors of other names are left alone.
 *
 * @throws SluiceError `missing` or `shape`, naming the tensor
 */
export function writeWeights(session: Session, weights: NamedTensors): void {
  const { graph } = session.plan
  checkWeights(graph, weights)
  for (const name of graph.variables.keys()) {
    session.variables.write(name, toFloat32(present(weights.get(name), name)).data)
  }
}

/**
 * Refuses weights that a graph cannot run with: every variable needs one of its name and shape.
 * @throws SluiceError `missing` or `shape`, naming the tensor
 */
export function checkWeights(graph: Graph, weights: NamedTensors): void {
  for (const [name, { value }] of graph.variables) {
    const given = weights.get(name)
    if (given === undefined) {
      throw new SluiceError('missing', `no tensor for ${value.role} "${name}"`, {
        expected: formatShape(value.shape),
        received: [...weights.keys()].slice(0, 8).join(', '),
      })
    }
    checkShape(name, given, value)
  }
}

function checkShape(name: string, given: HostTensor, value: Value): void {
  if (sameShape(given.shape, value.shape)) return
  throw new SluiceError('shape', `tensor "${name}" does not fit the model`, {
    expected: formatShape(value.shape),
    received: formatShape(given.shape),
  })
}

/** Copies of the variables of a session as named tensors, in the model's order. */
export function readWeights(session: Session): Map<string, Float32Tensor> {
  const weights = new Map<string, Float32Tensor>()
  for (const [name, { value }] of session.plan.graph.variables) {
    weights.set(name, { dtype: 'float32', shape: value.shape, data: session.variables.read(name) })
  }
  return weights
}
