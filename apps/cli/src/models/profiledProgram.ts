import {
  compile,
  compileGraph,
  type Device,
  inferenceGraph,
  type ModelFile,
  Random,
  type Session,
  type SessionInput,
  type Shape,
} from 'sluice'
import { adamw, crossEntropy, meanSquaredError, trainingGraph } from 'sluice/training'

/** A program with something to run it on. */
export interface ProfiledProgram {
  readonly session: Session
  readonly inputs: Readonly<Record<string, SessionInput>>
  /** What it does, in words. */
  readonly what: string
}

/** The network as it is used, on random numbers. */
export function inferenceProgram(file: ModelFile, device: Device, input: Shape): ProfiledProgram {
  const { model, weights } = file
  const session = compile(model, { device, input, weights })
  return { session, inputs: { input: randomNumbers('input', input) }, what: 'inference' }
}

/**
 * One step of training as `sluice train` does it, on random numbers; a network that does not end in
 * classes is trained towards random targets of its output's shape.
 */
export function trainingProgram(file: ModelFile, device: Device, input: Shape): ProfiledProgram {
  const { model, weights } = file
  const output = inferenceGraph(model, input).outputs.get('output')?.shape ?? []
  const [batch = 1, classes = 1] = output
  const classifies = output.length === 2
  const loss = classifies ? crossEntropy() : meanSquaredError()
  const graph = trainingGraph(model, { input, loss, optimizer: adamw(), clipNorm: 1 })
  const session = compileGraph(graph, { device, weights })
  const against = classifies
    ? { labels: Int32Array.from({ length: batch }, (_, i) => i % classes) }
    : { targets: randomNumbers('targets', output) }
  const step = { learningRate: 1e-3, step: 1, lossGradient: 1 }
  // A graph asks only for what it uses.
  const given = { input: randomNumbers('input', input), ...against, ...step }
  const inputs = Object.entries(given).filter(([name]) => session.plan.graph.inputs.has(name))
  const what = `a training step (${loss.describe().type}, AdamW, clipped gradients)`
  return { session, inputs: Object.fromEntries(inputs), what }
}

function randomNumbers(name: string, shape: Shape): Float32Array {
  const random = new Random(0, name)
  const count = shape.reduce((product, size) => product * size, 1)
  return Float32Array.from({ length: count }, () => random.uniform(-1, 1))
}
