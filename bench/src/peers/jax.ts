import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as jax from '@jax-js/jax'
import { CLASSES, LEARNING_RATE } from '../nets/classifier.ts'
import { type Weight, type Weights, weightOf } from '../nets/formula.ts'
import type { GatedConvolution, Layer, Net, Window } from '../nets/net.ts'
import { stacked } from '../onnx/netModel.ts'
import { type Job, NO_ATTENTION, type Peer, PeerUnavailable, partOf } from './peer.ts'

const { lax, nn, numpy: np } = jax
type Tensor = jax.Array
type Parameters = Record<string, Tensor>

/** jax-js on its WASM backend, forward pass and step compiled by `jit`. It follows jax's rules of ownership. */
export function jaxPeer(): Peer {
  let job: Job | undefined
  let forwards: ((parameters: Parameters, x: Tensor) => Tensor)[] = []
  let parameters: Parameters[] = []
  let step: ((given: Parameters, x: Tensor, targets: Tensor) => [Tensor, Parameters]) | undefined

  return {
    name: 'jax-js',
    version: packageVersion(),
    async load(given) {
      if (!(await jax.init('wasm')).includes('wasm')) {
        throw new PeerUnavailable('its WASM backend did not start')
      }
      jax.defaultDevice('wasm')
      job = given
      parameters = given.parts.map(({ net, weights }) => parametersOf(net, weights))
      forwards = given.parts.map(({ net }) =>
        jax.jit((values: Parameters, x: Tensor) => run(net.layers, values, x, '')),
      )
      step = given.kind === 'train' ? trainingStep(partOf(given, 0).net) : undefined
    },
    async forward(index) {
      const forward = forwards[index]
      const values = parameters[index]
      if (forward === undefined || values === undefined) throw new Error('jax-js: run before load')
      const y = forward(jax.tree.ref(values), inputOf(job, index))
      return { values: (await y.data()) as Float32Array }
    },
    async trainStep() {
      const values = parameters[0]
      if (step === undefined || values === undefined) throw new Error('jax-js: step before load')
      const { labels } = partOf(job, 0)
      const targets = new Float32Array(labels.length * CLASSES)
      labels.forEach((label, example) => {
        targets[example * CLASSES + label] = 1
      })
      const wanted = np.array(targets).reshape([labels.length, CLASSES])
      const [loss, updated] = step(values, inputOf(job, 0), wanted)
      parameters[0] = updated
      return { values: (await loss.data()) as Float32Array }
    },
    async readWeights() {
      const read = new Map<string, Weight>()
      for (const [name, value] of Object.entries(parameters[0] ?? {})) {
        const data = (await value.ref.data()) as Float32Array
        read.set(name, { shape: value.shape, data: Float32Array.from(data) })
      }
      return read
    },
    async dispose() {
      for (const values of parameters) jax.tree.dispose(values)
      parameters = []
    },
  }
}

function inputOf(job: Job | undefined, index: number): Tensor {
  const { net, input } = partOf(job, index)
  return np.array(input).reshape([job?.batch ?? 1, ...net.input])
}

function trainingStep(net: Net) {
  const loss = (values: Parameters, x: Tensor, targets: Tensor): Tensor => {
    const logits = run(net.layers, values, x, '')
    const [examples = 1] = logits.shape
    return np.sum(nn.logSoftmax(logits).mul(targets)).mul(-1 / examples)
  }
  return jax.jit((values: Parameters, x: Tensor, targets: Tensor): [Tensor, Parameters] => {
    const [value, gradients] = jax.valueAndGrad(loss)(jax.tree.ref(values), x, targets)
    const updated: Parameters = {}
    for (const [name, tensor] of Object.entries(values)) {
      const gradient = (gradients as Parameters)[name]
      if (gradient !== undefined) updated[name] = tensor.sub(gradient.mul(LEARNING_RATE))
    }
    return [value, updated]
  })
}

/** Merged branches are one tensor under the layer's own name. */
function parametersOf(net: Net, weights: Weights): Parameters {
  const parameters: Parameters = {}
  const set = (name: string, { shape, data }: Weight): void => {
    parameters[name] = np.array(data).reshape([...shape])
  }
  const visit = (layers: readonly Layer[], prefix: string): void => {
    for (const layer of layers) {
      const path = `${prefix}${layer.name}`
      if (layer.is === 'deepFill') throw new PeerUnavailable(NO_ATTENTION)
      if (layer.is === 'residual') visit(layer.layers, `${path}.body.`)
      else if (layer.is === 'branches') {
        for (const [index, branch] of layer.paths.entries()) visit(branch, `${path}.${index}.`)
      } else if (layer.is !== 'upsample') {
        for (const kind of ['weight', 'bias']) {
          if (layer.is !== 'gatedConv') {
            set(`${path}.${kind}`, weightOf(weights, `${path}.${kind}`))
            continue
          }
          const feature = weightOf(weights, `${path}.${layer.feature}.${kind}`)
          const gate = weightOf(weights, `${path}.${layer.gate}.${kind}`)
          if (layer.merged) set(`${path}.${kind}`, stacked(feature, gate))
          else {
            set(`${path}.${layer.feature}.${kind}`, feature)
            set(`${path}.${layer.gate}.${kind}`, gate)
          }
        }
      }
    }
  }
  visit(net.layers, '')
  return parameters
}

function run(layers: readonly Layer[], values: Parameters, x: Tensor, prefix: string): Tensor {
  return layers.reduce((value, layer) => {
    const path = `${prefix}${layer.name}`
    switch (layer.is) {
      case 'gatedConv':
        return gated(layer, values, value, path)
      case 'conv':
        return convolve(layer, values, value, path)
      case 'linear': {
        const flat = value.reshape([value.shape[0] ?? 1, layer.inFeatures])
        const weight = parameter(values, `${path}.weight`)
        return np.matmul(flat, np.transpose(weight)).add(parameter(values, `${path}.bias`))
      }
      case 'deepFill':
        throw new PeerUnavailable(NO_ATTENTION)
      case 'upsample':
        return np.repeat(np.repeat(value, 2, -2), 2, -1)
      case 'branches': {
        const ends = layer.paths.map((branch, index) =>
          run(branch, values, value.ref, `${path}.${index}.`),
        )
        value.dispose()
        return np.concatenate(ends, 1)
      }
      default:
        return run(layer.layers, values, value.ref, `${path}.body.`).add(value)
    }
  }, x)
}

function gated(layer: GatedConvolution, values: Parameters, x: Tensor, path: string): Tensor {
  const [feature, gate] = branches(layer, values, x, path)
  const phi = { none: (y: Tensor) => y, relu: nn.relu, elu: nn.elu, tanh: np.tanh }[layer.phi]
  const product = phi(feature).mul(nn.sigmoid(gate))
  return layer.after === 'relu' ? nn.relu(product) : product
}

function branches(
  layer: GatedConvolution,
  values: Parameters,
  x: Tensor,
  path: string,
): [feature: Tensor, gate: Tensor] {
  if (!layer.merged) {
    return [
      convolve(layer, values, x.ref, `${path}.${layer.feature}`),
      convolve(layer, values, x, `${path}.${layer.gate}`),
    ]
  }
  const [feature, gate] = np.split(convolve(layer, values, x, path), 2, 1)
  if (feature === undefined || gate === undefined) throw new Error('jax-js: no two halves')
  return [feature, gate]
}

function convolve(window: Window, values: Parameters, x: Tensor, path: string): Tensor {
  const weight = parameter(values, `${path}.weight`)
  const bias = parameter(values, `${path}.bias`)
  const padding = window.padding.map(([before, after]): [number, number] => [before, after])
  const y = lax.convGeneralDilated(x, weight, [...window.stride], padding, {
    rhsDilation: [...window.dilation],
  })
  return y.add(bias.reshape([1, -1, ...window.kernel.map(() => 1)]))
}

/** Shared, because an operation would take it away. */
function parameter(values: Parameters, name: string): Tensor {
  const value = values[name]
  if (value === undefined) throw new Error(`jax-js: no parameter ${name}`)
  return value.ref
}

function packageVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@jax-js/jax')
  return String(
    JSON.parse(readFileSync(new URL('../package.json', `file://${entry}`), 'utf8')).version,
  )
}
