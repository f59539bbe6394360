/**
 * The process a peer lives in: loads it, runs it when told to, and times the run right here, so that
 * no message between processes is part of a measurement.
 */
import { type Batch, formulaBatch, formulaWeights } from '../network.ts'
import { type Peer, PeerUnavailable } from '../peers/peer.ts'
import { PEERS } from '../peers/registry.ts'
import type { Reply, Request } from './protocol.ts'

let peer: Peer | undefined
const batches = new Map<number, Batch>()

process.on('message', (request: Request) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.(explain(error)),
  )
})

async function answer(request: Request): Promise<Reply> {
  switch (request.ask) {
    case 'load': {
      const open = PEERS[request.peer]
      if (open === undefined) throw new Error(`no peer named ${request.peer}`)
      peer ??= await open()
      await peer.load(formulaWeights(), request.threads)
      return { is: 'loaded', version: peer.version, trains: peer.trainStep !== undefined }
    }
    case 'forward':
    case 'trainStep':
      return run(request.ask, batchOf(request.batch))
    case 'weights':
      if (peer?.readWeights === undefined) throw new Error('it does not show its weights')
      return { is: 'weights', weights: await peer.readWeights() }
    case 'memory':
      return { is: 'memory', peakMiB: process.resourceUsage().maxRSS / 1024 }
  }
}

async function run(what: 'forward' | 'trainStep', batch: Batch): Promise<Reply> {
  if (peer === undefined) throw new Error('asked to run before loading')
  if (what === 'forward') {
    const start = performance.now()
    const values = await peer.forward(batch)
    return { is: 'ran', ms: performance.now() - start, values }
  }
  if (peer.trainStep === undefined) throw new PeerUnavailable('it cannot train')
  const start = performance.now()
  const loss = await peer.trainStep(batch)
  return { is: 'ran', ms: performance.now() - start, values: Float32Array.of(loss) }
}

function batchOf(count: number): Batch {
  const known = batches.get(count)
  if (known !== undefined) return known
  const batch = formulaBatch(count)
  batches.set(count, batch)
  return batch
}

function explain(error: unknown): Reply {
  const reason = error instanceof Error ? error.message : String(error)
  return { is: error instanceof PeerUnavailable ? 'unavailable' : 'failed', reason }
}
