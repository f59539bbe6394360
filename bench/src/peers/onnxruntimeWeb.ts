import * as ort from 'onnxruntime-web'
import { onnxruntimePeer } from './onnxruntime.ts'
import type { Peer } from './peer.ts'

/** onnxruntime-web's WASM build: SIMD and threads. */
export function onnxruntimeWebPeer(): Peer {
  return onnxruntimePeer({
    name: 'onnxruntime-web',
    version: ort.env.versions.web ?? ort.env.versions.common,
    formulation: 'asWritten',
    createSession(model, threads) {
      ort.env.wasm.numThreads = threads
      return ort.InferenceSession.create(model, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
      })
    },
    tensor: (data, shape) => new ort.Tensor('float32', data, shape),
  })
}
