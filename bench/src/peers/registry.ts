import type { Peer, PeerContext } from './peer.ts'

/** What the measuring process must know of a peer without loading it. */
export interface PeerEntry {
  readonly name: string
  readonly what: string
  /** `native` peers are what the figures are held against. */
  readonly group: 'ours' | 'native' | 'web'
  /** Runs in V8, so that it is measured under every Node; the others once, whatever the Node. */
  readonly everyNode: boolean
  /** So slow that it is measured with one example at a time, and under one Node. */
  readonly slow: boolean
  /** Whether `--figures` has it. */
  readonly inFigures: boolean
  readonly trains: boolean
  readonly threads: 'any' | 1
  readonly open: (context: PeerContext) => Promise<Peer>
}

const NATIVE = { group: 'native', everyNode: false, slow: false, threads: 'any' } as const
const MERGED = 'the same, every gated convolution rewritten as one with twice the channels'
const SLOW = { group: 'web', everyNode: false, slow: true, trains: true, threads: 1 } as const

/** All peers, ours first. A peer's module is imported by its own process only. */
export const PEERS: readonly PeerEntry[] = [
  {
    name: 'sluice',
    what: 'the WASM device; the subject',
    ...{ group: 'ours', everyNode: true, slow: false, inFigures: true, trains: true },
    threads: 'any',
    open: async () => (await import('./sluice.ts')).sluicePeer(),
  },
  {
    name: 'onnxruntime-node',
    what: 'native, CPU provider',
    ...{ ...NATIVE, inFigures: true, trains: false },
    open: async () => (await import('./onnxruntimeNode.ts')).onnxruntimeNodePeer('asWritten'),
  },
  {
    name: 'pytorch',
    what: "native, Debian's python3-torch with OpenBLAS",
    ...{ ...NATIVE, inFigures: true, trains: true },
    open: async ({ python }) => (await import('./pytorch.ts')).pytorchPeer(python, 'asWritten'),
  },
  {
    name: 'onnxruntime-node-merged',
    what: MERGED,
    ...{ ...NATIVE, inFigures: false, trains: false },
    open: async () => (await import('./onnxruntimeNode.ts')).onnxruntimeNodePeer('merged'),
  },
  {
    name: 'pytorch-merged',
    what: MERGED,
    ...{ ...NATIVE, inFigures: false, trains: true },
    open: async ({ python }) => (await import('./pytorch.ts')).pytorchPeer(python, 'merged'),
  },
  {
    name: 'onnxruntime-web',
    what: 'WASM, SIMD, threads',
    ...{ group: 'web', everyNode: true, slow: false, inFigures: true, trains: false },
    threads: 'any',
    open: async () => (await import('./onnxruntimeWeb.ts')).onnxruntimeWebPeer(),
  },
  {
    name: 'tfjs',
    what: 'TensorFlow.js, WASM backend, SIMD; no threads under Node',
    ...{ ...SLOW, inFigures: true },
    open: async () => (await import('./tfjs.ts')).tfjsPeer(),
  },
  {
    name: 'jax-js',
    what: 'WASM backend; no threads under Node',
    ...{ ...SLOW, inFigures: false },
    open: async () => (await import('./jax.ts')).jaxPeer(),
  },
]

/** The peer of that name. @throws when there is none, which the options have ruled out */
export function peerEntry(name: string): PeerEntry {
  const entry = PEERS.find((peer) => peer.name === name)
  if (entry === undefined) throw new Error(`no peer named ${name}`)
  return entry
}
