import type { InferenceSession, Tensor } from 'onnxruntime-web'
import { type Formulation, netModel } from '../onnx/netModel.ts'
import { type Job, type Peer, partOf } from './peer.ts'

/** What the native and the WASM package have in common. */
export interface Onnxruntime {
  readonly name: string
  readonly version: string
  readonly formulation: Formulation
  createSession(model: Uint8Array, threads: number): Promise<InferenceSession>
  tensor(data: Float32Array, shape: readonly number[]): Tensor
}

/**
 * onnxruntime with all graph optimisations on. One session a part, shapes fixed: the most that the
 * runtime can know ahead. It cannot train.
 */
export function onnxruntimePeer(runtime: Onnxruntime): Peer {
  let job: Job | undefined
  let sessions: InferenceSession[] = []

  const release = async (): Promise<void> => {
    for (const session of sessions) await session.release()
    sessions = []
  }

  return {
    name: runtime.name,
    version: runtime.version,
    async load(given) {
      await release()
      job = given
      for (const { net, weights } of given.parts) {
        const model = netModel(net, weights, given.batch, runtime.formulation)
        sessions.push(await runtime.createSession(model, given.threads))
      }
    },
    async forward(index) {
      const { net, input } = partOf(job, index)
      const feeds = { input: runtime.tensor(input, [job?.batch ?? 1, ...net.input]) }
      const output = (await sessions[index]?.run(feeds))?.output
      if (!(output?.data instanceof Float32Array)) throw new Error('no float32 named "output"')
      return { values: output.data }
    },
    dispose: release,
  }
}
