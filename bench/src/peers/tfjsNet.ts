import * as tf from '@tensorflow/tfjs'
import { type Weight, type Weights, weightOf } from '../nets/formula.ts'
import type { GatedConvolution, Layer, Net } from '../nets/net.ts'
import { shapeAfter } from '../nets/shapes.ts'
import { stacked } from '../onnx/netModel.ts'
import { NO_ATTENTION, PeerUnavailable } from './peer.ts'
import { convolution } from './tfjsConvolution.ts'

/** One of PyTorch's weights as a variable in TensorFlow's order, and the way back. */
interface Stored {
  readonly name: string
  readonly variable: tf.Variable
  readonly back: () => tf.Tensor
}

/** A net built of TensorFlow.js's functions, on channels-last data. */
export interface TfjsNet {
  run(x: tf.Tensor): tf.Tensor
  readWeights(): Promise<Map<string, Weight>>
  dispose(): void
}

export function tfjsNet(net: Net, weights: Weights): TfjsNet {
  const builder = new NetBuilder(weights)
  const run = builder.sequence(net.layers, net.input, '')
  return {
    run,
    async readWeights() {
      const read = new Map<string, Weight>()
      for (const { name, back } of builder.stored) {
        const tensor = tf.tidy(back)
        read.set(name, { shape: tensor.shape, data: Float32Array.from(await tensor.data()) })
        tensor.dispose()
      }
      return read
    },
    dispose: () => tf.dispose(builder.stored.map(({ variable }) => variable)),
  }
}

type Run = (x: tf.Tensor) => tf.Tensor

class NetBuilder {
  readonly stored: Stored[] = []
  private readonly weights: Weights

  constructor(weights: Weights) {
    this.weights = weights
  }

  sequence(layers: readonly Layer[], input: readonly number[], prefix: string): Run {
    let shape = input
    const runs = layers.map((layer) => {
      const run = this.layer(layer, shape, `${prefix}${layer.name}`)
      shape = shapeAfter(layer, shape)
      return run
    })
    return (x) => runs.reduce((value, run) => run(value), x)
  }

  private layer(layer: Layer, input: readonly number[], path: string): Run {
    switch (layer.is) {
      case 'gatedConv':
        return this.gated(layer, path)
      case 'conv': {
        const filter = this.filter(`${path}.weight`, weightOf(this.weights, `${path}.weight`))
        const bias = this.bias(`${path}.bias`, weightOf(this.weights, `${path}.bias`))
        return (x) => tf.add(convolution(x, filter, layer), bias)
      }
      case 'linear':
        return this.linear(input, path)
      case 'residual': {
        const body = this.sequence(layer.layers, input, `${path}.body.`)
        return (x) => tf.add(body(x), x)
      }
      case 'upsample': {
        const [, height = 1, width = 1] = input
        return (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [2 * height, 2 * width])
      }
      case 'deepFill':
        throw new PeerUnavailable(NO_ATTENTION)
      case 'branches': {
        const runs = layer.paths.map((branch, index) =>
          this.sequence(branch, input, `${path}.${index}.`),
        )
        return (x) =>
          tf.concat(
            runs.map((run) => run(x)),
            -1,
          )
      }
    }
  }

  private gated(layer: GatedConvolution, path: string): Run {
    const phi: Run = {
      none: (x: tf.Tensor) => x,
      relu: (x: tf.Tensor) => tf.relu(x),
      elu: (x: tf.Tensor) => tf.elu(x),
      tanh: (x: tf.Tensor) => tf.tanh(x),
    }[layer.phi]
    const branches = this.branches(layer, path)
    return (x) => {
      const [feature, gate] = branches(x)
      const product = tf.mul(phi(feature), tf.sigmoid(gate))
      return layer.after === 'relu' ? tf.relu(product) : product
    }
  }

  private branches(
    layer: GatedConvolution,
    path: string,
  ): (x: tf.Tensor) => readonly [tf.Tensor, tf.Tensor] {
    const named = (kind: string) =>
      [layer.feature, layer.gate].map((branch) =>
        weightOf(this.weights, `${path}.${branch}.${kind}`),
      )
    const [featureWeight, gateWeight] = named('weight')
    const [featureBias, gateBias] = named('bias')
    if (!featureWeight || !gateWeight || !featureBias || !gateBias) throw new Error(`no ${path}`)
    if (layer.merged) {
      const filter = this.filter(`${path}.both.weight`, stacked(featureWeight, gateWeight))
      const bias = this.bias(`${path}.both.bias`, stacked(featureBias, gateBias))
      return (x) => {
        const halves = tf.split(tf.add(convolution(x, filter, layer), bias), 2, -1)
        return halves as [tf.Tensor, tf.Tensor]
      }
    }
    const feature = this.filter(`${path}.${layer.feature}.weight`, featureWeight)
    const featureAdd = this.bias(`${path}.${layer.feature}.bias`, featureBias)
    const gate = this.filter(`${path}.${layer.gate}.weight`, gateWeight)
    const gateAdd = this.bias(`${path}.${layer.gate}.bias`, gateBias)
    return (x) => [
      tf.add(convolution(x, feature, layer), featureAdd),
      tf.add(convolution(x, gate, layer), gateAdd),
    ]
  }

  /** The rows are put in channels-last order here, so that flattening needs no transposition in a run. */
  private linear([channels = 1, ...sizes]: readonly number[], path: string): Run {
    const positions = sizes.reduce((product, size) => product * size, 1)
    const { data, shape } = weightOf(this.weights, `${path}.weight`)
    const outputs = shape[0] ?? 1
    const weight = tf.tidy(() => {
      const rows = tf.transpose(tf.tensor(data, [outputs, channels, positions]), [2, 1, 0])
      return tf.variable(tf.reshape(rows, [positions * channels, outputs]))
    })
    const back = () =>
      tf.reshape(tf.transpose(tf.reshape(weight, [positions, channels, outputs]), [2, 1, 0]), [
        outputs,
        channels * positions,
      ])
    this.stored.push({ name: `${path}.weight`, variable: weight, back })
    const bias = this.bias(`${path}.bias`, weightOf(this.weights, `${path}.bias`))
    return (x) => {
      const flat = tf.reshape(x, [x.shape[0] ?? 1, positions * channels]) as tf.Tensor2D
      return tf.add(tf.matMul(flat, weight as tf.Tensor2D), bias)
    }
  }

  /** `[out, in, …sizes]` becomes the `[…sizes, in, out]` that TensorFlow reads. */
  private filter(name: string, { shape, data }: Weight): tf.Variable {
    const axes = shape.map((_, axis) => axis)
    const there = [...axes.slice(2), 1, 0]
    const back = [shape.length - 1, shape.length - 2, ...axes.slice(0, -2)]
    const variable = tf.tidy(() => tf.variable(tf.transpose(tf.tensor(data, [...shape]), there)))
    this.stored.push({ name, variable, back: () => tf.transpose(variable, back) })
    return variable
  }

  private bias(name: string, { data }: Weight): tf.Variable {
    const variable = tf.variable(tf.tensor1d(data))
    this.stored.push({ name, variable, back: () => variable.clone() })
    return variable
  }
}
