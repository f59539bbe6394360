import * as ort from 'onnxruntime-web'
import { CLIP, type Weights } from '../network.ts'
import { classifierModel } from '../onnx/classifierModel.ts'
import type { Peer } from './peer.ts'

/** onnxruntime-web's WASM build (SIMD, threads), all graph optimisations on. It cannot train. */
export function onnxruntimeWebPeer(): Peer {
  let weights: Weights | undefined
  const sessions = new Map<number, ort.InferenceSession>()

  /** One session per batch size, with all shapes fixed: the most that the runtime can know ahead. */
  const sessionFor = async (count: number): Promise<ort.InferenceSession> => {
    const known = sessions.get(count)
    if (known !== undefined) return known
    if (weights === undefined) throw new Error('onnxruntime-web: forward before load')
    const session = await ort.InferenceSession.create(classifierModel(weights, count), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    })
    sessions.set(count, session)
    return session
  }

  const release = async (): Promise<void> => {
    for (const session of sessions.values()) await session.release()
    sessions.clear()
  }

  return {
    name: 'onnxruntime-web',
    version: ort.env.versions.web ?? ort.env.versions.common,
    async load(given, threads) {
      await release()
      ort.env.wasm.numThreads = threads
      weights = given
    },
    async forward(batch) {
      const session = await sessionFor(batch.count)
      const { channels, frames, height, width } = CLIP
      const dims = [batch.count, channels, frames, height, width]
      const input = new ort.Tensor('float32', batch.channelsFirst, dims)
      const { output } = await session.run({ input })
      if (!(output?.data instanceof Float32Array)) throw new Error('no float32 named "output"')
      return output.data
    },
    dispose: release,
  }
}
