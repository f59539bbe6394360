import type { Peer } from './peer.ts'

/** Peers by name, the subject of the comparison first. A peer's module is imported by its own process only. */
export const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  sluice: async () => (await import('./sluice.ts')).sluicePeer(),
  'onnxruntime-web': async () => (await import('./onnxruntimeWeb.ts')).onnxruntimeWebPeer(),
  tfjs: async () => (await import('./tfjs.ts')).tfjsPeer(),
}
