import { LEARNING_RATE } from '../nets/classifier.ts'
import type { Weight, Weights } from '../nets/formula.ts'
import type { Formulation } from '../onnx/netModel.ts'
import type { PythonWithTorch } from './findPython.ts'
import { type Job, type Outcome, type Peer, PeerUnavailable } from './peer.ts'
import { PythonPipe, type PythonReply } from './pythonPipe.ts'

/** PyTorch, eager as people run it: inference mode forward, autograd and SGD in training. */
export function pytorchPeer(found: PythonWithTorch | string, formulation: Formulation): Peer {
  if (typeof found === 'string') throw new PeerUnavailable(found)
  let pipe: PythonPipe | undefined

  const ask = (request: Record<string, unknown>): Promise<PythonReply> => {
    if (pipe === undefined) throw new Error('pytorch: asked before load')
    return pipe.ask(request)
  }

  return {
    name: formulation === 'merged' ? 'pytorch-merged' : 'pytorch',
    version: found.version,
    async load(job) {
      pipe?.stop()
      pipe = new PythonPipe(found.python)
      await pipe.ask(loadRequest(job, formulation), numbersOf(job))
    },
    async forward(part, keep) {
      return outcome(await ask({ ask: 'forward', part, keep }))
    },
    async trainStep() {
      const { line } = await ask({ ask: 'trainStep' })
      return { ms: Number(line.ms), values: Float32Array.of(Number(line.loss)) }
    },
    async readWeights() {
      return named(await ask({ ask: 'weights' }))
    },
    async peakBytes() {
      return Number((await ask({ ask: 'memory' })).line.peakBytes)
    },
    async dispose() {
      pipe?.stop()
    },
  }
}

function loadRequest(job: Job, formulation: Formulation): Record<string, unknown> {
  const { kind, batch, threads } = job
  const parts = job.parts.map(({ net, weights }) => ({
    layers: net.layers,
    input: net.input,
    weights: [...weights].map(([name, { shape }]) => [name, shape]),
  }))
  const merged = formulation === 'merged'
  return { ask: 'load', kind, batch, threads, merged, learningRate: LEARNING_RATE, parts }
}

/** In the order in which the script reads them. */
function numbersOf(job: Job): (Float32Array | Int32Array)[] {
  return job.parts.flatMap(({ weights, input, labels }) => [
    ...[...weights.values()].map(({ data }) => data),
    input,
    labels,
  ])
}

function outcome({ line, numbers }: PythonReply): Outcome {
  return { ms: Number(line.ms), values: numbers }
}

function named({ line, numbers }: PythonReply): Weights {
  const weights = new Map<string, Weight>()
  let at = 0
  for (const [name, shape] of line.weights as [string, number[]][]) {
    const count = shape.reduce((product, size) => product * size, 1)
    weights.set(name, { shape, data: numbers.slice(at, at + count) })
    at += count
  }
  return weights
}
