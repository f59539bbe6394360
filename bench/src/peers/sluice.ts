import { type Peer, PeerUnavailable } from './peer.ts'

/** Takes no part until the entry points for building and training the network are there. */
export function sluicePeer(): Peer {
  const missing = async (): Promise<never> => {
    throw new PeerUnavailable('its peer waits for the entry point sluice/training')
  }
  return { name: 'sluice', version: '', load: missing, forward: missing, dispose: async () => {} }
}
