import { createRequire } from 'node:module'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { CLASSES, LEARNING_RATE } from '../nets/classifier.ts'
import { toChannelsFirst, toChannelsLast } from '../nets/shapes.ts'
import { type Job, type Peer, PeerUnavailable, partOf } from './peer.ts'
import { type TfjsNet, tfjsNet } from './tfjsNet.ts'

/** TensorFlow.js on its WASM backend (SIMD), in its native layout, channels last. */
export function tfjsPeer(): Peer {
  let job: Job | undefined
  let nets: TfjsNet[] = []
  let inputs: Float32Array[] = []
  let optimizer: tf.SGDOptimizer | undefined

  const release = (): void => {
    for (const net of nets) net.dispose()
    nets = []
  }
  const examples = (index: number): tf.Tensor => {
    const [channels = 1, ...sizes] = partOf(job, index).net.input
    return tf.tensor(inputs[index] ?? [], [job?.batch ?? 1, ...sizes, channels])
  }
  const netOf = (index: number): TfjsNet => {
    const net = nets[index]
    if (net === undefined) throw new Error('tfjs: run before load')
    return net
  }

  return {
    name: 'tfjs',
    version: version_wasm,
    async load(given) {
      await startBackend()
      release()
      job = given
      optimizer ??= tf.train.sgd(LEARNING_RATE)
      nets = given.parts.map(({ net, weights }) => tfjsNet(net, weights))
      inputs = given.parts.map(({ net, input }) =>
        toChannelsLast(input, given.batch, net.input[0] ?? 1),
      )
    },
    async forward(index, keep) {
      const net = netOf(index)
      const start = performance.now()
      const result = tf.tidy(() => net.run(examples(index)))
      const values = Float32Array.from(await result.data())
      const ms = performance.now() - start
      const [count = 1, ...rest] = result.shape
      result.dispose()
      const channels = rest.at(-1) ?? 1
      return { ms, values: keep ? toChannelsFirst(values, count, channels) : values }
    },
    async trainStep() {
      if (optimizer === undefined) throw new Error('tfjs: training before load')
      const net = netOf(0)
      const clips = examples(0)
      const { labels } = partOf(job, 0)
      const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES))
      const loss = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(targets, net.run(clips)) as tf.Scalar,
        true,
      )
      const value = loss === null ? Number.NaN : ((await loss.data())[0] ?? Number.NaN)
      tf.dispose([clips, targets, ...(loss === null ? [] : [loss])])
      return { values: Float32Array.of(value) }
    },
    readWeights: () => netOf(0).readWeights(),
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
