import type { Lifetime } from './lifetimes.ts'

/** Offsets for blocks with lifetimes, such that no two blocks alive at once overlap. */
export interface ArenaLayout {
  readonly offsets: readonly number[]
  readonly bytes: number
  readonly lowerBoundBytes: number
}

/**
 * Greedy best fit, largest block first: each block goes into the tightest gap left by the placed
 * blocks whose lifetimes meet its own. Large blocks decide the peak, so they choose first.
 */
export function layOutArena(blocks: readonly Lifetime[]): ArenaLayout {
  const order = blocks
    .map((block, index) => ({ block, index }))
    .sort(
      (a, b) => b.block.bytes - a.block.bytes || a.block.first - b.block.first || a.index - b.index,
    )
  const offsets = new Array<number>(blocks.length).fill(0)
  const placed: { offset: number; block: Lifetime }[] = []
  let bytes = 0
  for (const { block, index } of order) {
    const neighbours = placed
      .filter(({ block: other }) => other.first <= block.last && block.first <= other.last)
      .sort((a, b) => a.offset - b.offset)
    const offset = tightestGap(neighbours, block.bytes)
    offsets[index] = offset
    placed.push({ offset, block })
    bytes = Math.max(bytes, offset + block.bytes)
  }
  return { offsets, bytes, lowerBoundBytes: peakBytes(blocks) }
}

function tightestGap(
  neighbours: readonly { offset: number; block: Lifetime }[],
  bytes: number,
): number {
  let best = -1
  let bestSpare = Number.POSITIVE_INFINITY
  let end = 0
  for (const { offset, block } of neighbours) {
    const spare = offset - end - bytes
    if (spare >= 0 && spare < bestSpare) {
      best = end
      bestSpare = spare
    }
    end = Math.max(end, offset + block.bytes)
  }
  return best >= 0 ? best : end
}

/** The most bytes alive during any one step. */
function peakBytes(blocks: readonly Lifetime[]): number {
  const change = new Map<number, number>()
  for (const { bytes, first, last } of blocks) {
    change.set(first, (change.get(first) ?? 0) + bytes)
    change.set(last + 1, (change.get(last + 1) ?? 0) - bytes)
  }
  let alive = 0
  let peak = 0
  for (const [, delta] of [...change].sort((a, b) => a[0] - b[0])) {
    alive += delta
    peak = Math.max(peak, alive)
  }
  return peak
}
