import { createRequire } from 'node:module'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import {
  type Batch,
  CLASSES,
  CLIP,
  GATED_LAYERS,
  LEARNING_RATE,
  POSITIONS,
  type Weight,
  type Weights,
  weightOf,
} from '../network.ts'
import { type Peer, PeerUnavailable } from './peer.ts'

type WeightMap = Map<string, Weight>
type SaveTensors = (tensors: tf.Tensor[]) => void

interface Affine {
  readonly weight: tf.Variable
  readonly bias: tf.Variable
}

interface GatedLayer {
  readonly feature: Affine
  readonly gate: Affine
}

/** TensorFlow.js on its WASM backend (SIMD), in its native layout, channels last. */
export function tfjsPeer(): Peer {
  let layers: GatedLayer[] = []
  let linear: Affine | undefined
  let optimizer: tf.SGDOptimizer | undefined

  const logits = (clips: tf.Tensor): tf.Tensor2D => {
    if (linear === undefined) throw new Error('tfjs: forward before load')
    let x = clips as tf.Tensor5D
    for (const { feature, gate } of layers) {
      x = tf.relu(tf.mul(convolve(x, feature), tf.sigmoid(convolve(x, gate))))
    }
    const flat = tf.reshape(x, [clips.shape[0] ?? 0, 64 * POSITIONS]) as tf.Tensor2D
    return tf.add(tf.matMul(flat, linear.weight as tf.Tensor2D), linear.bias)
  }

  const release = (): void => {
    for (const layer of layers) for (const part of [layer.feature, layer.gate]) disposeAffine(part)
    if (linear !== undefined) disposeAffine(linear)
    layers = []
    linear = undefined
  }

  return {
    name: 'tfjs',
    version: version_wasm,
    async load(weights, threads) {
      if (threads !== 1) {
        throw new PeerUnavailable('its WASM backend has no threads under Node (tfjs issue 3830)')
      }
      await startBackend()
      release()
      optimizer ??= tf.train.sgd(LEARNING_RATE)
      layers = GATED_LAYERS.map(({ name }) => ({
        feature: convolution(weights, `${name}.spatial_conv`),
        gate: convolution(weights, `${name}.temporal_conv`),
      }))
      linear = linearLayer(weights)
    },
    async forward(batch) {
      const result = tf.tidy(() => logits(clipsOf(batch)))
      const values = Float32Array.from(await result.data())
      result.dispose()
      return values
    },
    async trainStep(batch) {
      if (optimizer === undefined) throw new Error('tfjs: training before load')
      const clips = clipsOf(batch)
      const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(batch.labels, 'int32'), CLASSES))
      const loss = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(targets, logits(clips)) as tf.Scalar,
        true,
      )
      const value = loss === null ? Number.NaN : ((await loss.data())[0] ?? Number.NaN)
      tf.dispose([clips, targets, ...(loss === null ? [] : [loss])])
      return value
    },
    async readWeights() {
      const weights = new Map<string, Weight>()
      for (const [k, { feature, gate }] of layers.entries()) {
        const name = GATED_LAYERS[k]?.name
        await readConvolution(weights, `${name}.spatial_conv`, feature)
        await readConvolution(weights, `${name}.temporal_conv`, gate)
      }
      if (linear !== undefined) await readLinear(weights, linear)
      return weights
    },
    async dispose() {
      release()
      optimizer?.dispose()
    },
  }
}

let backendStarted = false

/** Only once a process: the path to the binaries may not be set again. */
async function startBackend(): Promise<void> {
  if (backendStarted) return
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(path.join(path.dirname(entry), '..', `wasm-out${path.sep}`))
  const started = await tf.setBackend('wasm')
  if (!started || !(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
    throw new PeerUnavailable('its WASM backend did not start with SIMD')
  }
  backendStarted = true
}

function convolve(x: tf.Tensor5D, { weight, bias }: Affine): tf.Tensor5D {
  return tf.add(conv3dWithRightGradient(x, weight), bias)
}

/**
 * `tf.conv3d`, with the gradient towards its input put right. The WASM backend's kernel for it,
 * Conv3DBackpropInputV2, is wrong in 4.22.0 wherever there is padding and more than one frame or
 * channel (relative error 0.3 to 1.7; the pure JavaScript backend is right). The gradient is also a
 * convolution of `dy` with the flipped filter, for which the backend's own forward kernel serves, at
 * the same number of multiplications. The filter's gradient is the backend's own.
 */
const conv3dWithRightGradient = tf.customGrad((...args) => {
  const [x, filter, save] = args as [tf.Tensor5D, tf.Tensor5D, SaveTensors]
  save([x, filter])
  return {
    value: tf.conv3d(x, filter, 1, 'same'),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [input, weight] = saved as [tf.Tensor5D, tf.Tensor5D]
      const flipped = tf.transpose(tf.reverse(weight, [0, 1, 2]), [0, 1, 2, 4, 3])
      const attributes = { strides: [1, 1, 1], pad: 'same', filterShape: weight.shape }
      const kernel = 'Conv3DBackpropFilterV2'
      const dFilter: tf.Tensor = tf.engine().runKernel(kernel, { x: input, dy }, attributes)
      return [tf.conv3d(dy as tf.Tensor5D, flipped, 1, 'same'), dFilter]
    },
  }
}) as (x: tf.Tensor5D, filter: tf.Tensor) => tf.Tensor5D

function clipsOf(batch: Batch): tf.Tensor {
  const { frames, height, width, channels } = CLIP
  return tf.tensor(batch.channelsLast, [batch.count, frames, height, width, channels])
}

/** `[out, in, d, h, w]` becomes the `[d, h, w, in, out]` that `conv3d` reads. */
function convolution(weights: Weights, name: string): Affine {
  const { shape, data } = weightOf(weights, `${name}.weight`)
  const weight = tf.tidy(() =>
    tf.variable(tf.transpose(tf.tensor(data, [...shape]), [2, 3, 4, 1, 0])),
  )
  return { weight, bias: tf.variable(tf.tensor1d(weightOf(weights, `${name}.bias`).data)) }
}

/** The rows are put in channels-last order here, so that flattening needs no transposition in a run. */
function linearLayer(weights: Weights): Affine {
  const { data } = weightOf(weights, 'fc1.weight')
  const weight = tf.tidy(() =>
    tf.variable(
      tf.reshape(tf.transpose(tf.tensor(data, [CLASSES, 64, POSITIONS]), [2, 1, 0]), [
        64 * POSITIONS,
        CLASSES,
      ]),
    ),
  )
  return { weight, bias: tf.variable(tf.tensor1d(weightOf(weights, 'fc1.bias').data)) }
}

async function readConvolution(into: WeightMap, name: string, affine: Affine): Promise<void> {
  await readInto(into, `${name}.weight`, tf.transpose(affine.weight, [4, 3, 0, 1, 2]))
  await readInto(into, `${name}.bias`, affine.bias.clone())
}

async function readLinear(into: WeightMap, { weight, bias }: Affine): Promise<void> {
  const rows = tf.tidy(() =>
    tf.reshape(tf.transpose(tf.reshape(weight, [POSITIONS, 64, CLASSES]), [2, 1, 0]), [
      CLASSES,
      64 * POSITIONS,
    ]),
  )
  await readInto(into, 'fc1.weight', rows)
  await readInto(into, 'fc1.bias', bias.clone())
}

async function readInto(into: WeightMap, name: string, tensor: tf.Tensor): Promise<void> {
  into.set(name, { shape: tensor.shape, data: Float32Array.from(await tensor.data()) })
  tensor.dispose()
}

function disposeAffine({ weight, bias }: Affine): void {
  weight.dispose()
  bias.dispose()
}
