/**
 * The process a peer lives in: loads it, runs it when told to, and times the run right here, so that
 * no message between processes is part of a measurement.
 */
import { CASES } from '../cases.ts'
import { CLASSES } from '../nets/classifier.ts'
import { formulaInput, formulaLabels, formulaWeights } from '../nets/formula.ts'
import { type Job, type Outcome, type Peer, PeerUnavailable } from '../peers/peer.ts'
import { peerEntry } from '../peers/registry.ts'
import { peakBytes } from './peakBytes.ts'
import type { Reply, Request } from './protocol.ts'

/** Of an output that is compared, about so many elements are looked at, spread over all of it. */
const SAMPLE = 65_536

let peer: Peer | undefined
let job: Job | undefined

// Ctrl-C is for the measuring process, which keeps what it has and then ends this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)

// Nobody is there to ask any more, for whatever reason.
process.on('disconnect', () => process.exit())

process.on('message', (request: Request) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.(explain(error)),
  )
})

async function answer(request: Request): Promise<Reply> {
  switch (request.ask) {
    case 'load': {
      peer ??= await peerEntry(request.peer).open(request.context)
      job = jobOf(request)
      await peer.load(job)
      return { is: 'loaded', version: peer.version }
    }
    case 'turn':
      return turn(request.warm, request.keep)
    case 'weights':
      if (peer?.readWeights === undefined) throw new Error('it does not show its weights')
      return { is: 'weights', weights: await peer.readWeights() }
    case 'memory':
      return { is: 'memory', peakBytes: (await peer?.peakBytes?.()) ?? peakBytes() }
  }
}

function jobOf(request: Extract<Request, { ask: 'load' }>): Job {
  const { batch, threads } = request
  const thing = CASES.find(({ name }) => name === request.case)
  if (thing === undefined) throw new Error(`no case named ${request.case}`)
  const parts = thing.parts.map(({ net }) => ({
    net,
    weights: formulaWeights(net),
    input: formulaInput(net, batch),
    labels: formulaLabels(batch, CLASSES),
  }))
  return { kind: thing.kind, batch, threads, parts }
}

async function turn(warm: boolean, keep: boolean): Promise<Reply> {
  const ms: number[] = []
  const values: Float32Array[] = []
  for (let part = 0; part < (job?.parts.length ?? 0); part++) {
    if (warm) await run(part, false)
    const start = performance.now()
    const outcome = await run(part, keep)
    ms.push(outcome.ms ?? performance.now() - start)
    if (keep) values.push(sampleOf(outcome.values))
  }
  return { is: 'ran', ms, values }
}

function run(part: number, keep: boolean): Promise<Outcome> {
  if (peer === undefined || job === undefined) throw new Error('asked to run before loading')
  if (job.kind === 'forward') return peer.forward(part, keep)
  if (peer.trainStep === undefined) throw new PeerUnavailable('it cannot train')
  return peer.trainStep()
}

/** An odd stride, so that no size of a picture hides a channel or a column. */
function sampleOf(values: Float32Array): Float32Array {
  const stride = Math.floor(values.length / SAMPLE / 2) * 2 + 1
  if (stride === 1) return values
  return Float32Array.from(
    { length: Math.ceil(values.length / stride) },
    (_, i) => values[i * stride] as number,
  )
}

function explain(error: unknown): Reply {
  const reason = error instanceof Error ? error.message : String(error)
  return { is: error instanceof PeerUnavailable ? 'unavailable' : 'failed', reason }
}
