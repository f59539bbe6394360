import { type Peer, PeerUnavailable } from './peer.ts'

/** stand-in until the library's entry points exist */
export function sluicePeer(): Peer {
  const missing = async (): Promise<never> => {
    throw new PeerUnavailable('the library has no entry points yet')
  }
  return { name: 'sluice', version: '', load: missing, forward: missing, dispose: async () => {} }
}
