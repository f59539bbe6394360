import { createRequire } from 'node:module'
import type { Formulation } from '../onnx/netModel.ts'
import { onnxruntimePeer } from './onnxruntime.ts'
import { type Peer, PeerUnavailable } from './peer.ts'

/** The native onnxruntime on its CPU provider. */
export async function onnxruntimeNodePeer(formulation: Formulation): Promise<Peer> {
  const ort = await import('onnxruntime-node').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new PeerUnavailable(`its binary does not load here: ${reason}`)
  })
  const versionFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
  const { version } = createRequire(import.meta.url)(versionFile)
  return onnxruntimePeer({
    name: formulation === 'merged' ? 'onnxruntime-node-merged' : 'onnxruntime-node',
    version: String(version),
    formulation,
    createSession: (model, threads) =>
      ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
      }),
    tensor: (data, shape) => new ort.Tensor('float32', data, shape),
  })
}
