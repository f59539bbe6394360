import type { Case } from '../cases.ts'
import type { PeerEntry } from '../peers/registry.ts'

/** One process in the rounds of a case: a peer under a Node with a number of threads. */
export interface Seat {
  readonly peer: PeerEntry
  /** Version of the Node that it runs in, or is driven from. */
  readonly node: string
  readonly threads: number
  readonly batch: number
}

/**
 * Who takes part in a case, ours first. Peers in V8 run under every Node and native ones once. Slow
 * ones run under the newest Node, one example at a time, and so have nothing to add to a forward case
 * with a batch.
 */
export function seatsOf(
  thing: Case,
  peers: readonly PeerEntry[],
  nodes: readonly string[],
  threads: readonly number[],
): Seat[] {
  return peers
    .filter(({ name }) => thing.peers?.includes(name) !== false)
    .filter(({ trains }) => trains || thing.kind === 'forward')
    .filter(({ slow }) => !slow || thing.kind === 'train' || thing.batch === 1)
    .flatMap((peer) =>
      nodesOf(peer, nodes).flatMap((node) =>
        threads
          .filter((count) => peer.threads === 'any' || count === peer.threads)
          .map((count) => ({ peer, node, threads: count, batch: peer.slow ? 1 : thing.batch })),
      ),
    )
}

function nodesOf(peer: PeerEntry, nodes: readonly string[]): readonly string[] {
  if (peer.everyNode) return nodes
  return peer.slow ? nodes.slice(-1) : nodes.slice(0, 1)
}

/** What a seat is called where several of a peer stand side by side. */
export function seatName({ peer, node, threads }: Seat): string {
  const place = peer.group === 'native' ? '' : `, Node ${node.split('.')[0]}`
  return `${peer.name}${place}, ${threads} thread${threads === 1 ? '' : 's'}`
}
