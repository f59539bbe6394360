import type { BenchRecord, RatioRecord } from './record.ts'

/** A ratio may worsen by so much before `--check` fails. */
export const TOLERATED = 0.15

/** A committed figure beside the one just measured. */
export interface Comparison {
  readonly case: string
  /** Whose ratio, in words. */
  readonly what: string
  readonly committed: number
  readonly now: number
  readonly worsened: boolean
}

/**
 * Every ratio that both records hold, and what is reported besides speed. Nodes are told apart by
 * whether they have relaxed SIMD, so that a newer patch version is still comparable.
 */
export function compareRecords(committed: BenchRecord, now: BenchRecord): Comparison[] {
  const before = new Map(lines(committed).map((line) => [keyOf(line), line.value]))
  return lines(now).flatMap((line): Comparison[] => {
    const was = before.get(keyOf(line))
    if (was === undefined) return []
    const worsened = line.value > was * (1 + TOLERATED)
    return [{ case: line.case, what: line.what, committed: was, now: line.value, worsened }]
  })
}

/** The cases in which something worsened: worth measuring again before anybody is alarmed. */
export function worsenedCases(comparisons: readonly Comparison[]): string[] {
  return [...new Set(comparisons.filter((each) => each.worsened).map((each) => each.case))]
}

interface Line {
  readonly case: string
  readonly what: string
  readonly value: number
}

function keyOf({ case: name, what }: Line): string {
  return `${name}: ${what}`
}

function lines({ cases, nodes, footprint }: BenchRecord): Line[] {
  const simdOf = (version: string) =>
    nodes.find(({ node }) => node === version)?.relaxedSimd === true ? 'relaxed' : 'plain'
  const speed = cases.flatMap((measured) =>
    measured.ratios.map((ratio) => ({
      case: measured.case,
      what: describe(ratio.ours, againstOf(ratio), simdOf(ratio.ours.node)),
      value: ratio.ratio.median,
    })),
  )
  const peaks = (footprint.memory ?? []).flatMap((ours) => {
    const theirs = footprint.memory?.find((each) => {
      return each.peer === 'pytorch' && each.case === ours.case && each.threads === ours.threads
    })
    if (ours.peer !== 'sluice' || theirs === undefined) return []
    const what = `${ours.case ?? 'train8'}, ${describe(ours, theirs.peer, simdOf(ours.node))}`
    return [{ case: 'memory', what, value: ours.peakBytes / theirs.peakBytes }]
  })
  const arenas = (footprint.arena ?? []).map(({ program, arenaBytes, lowerBoundBytes }) => ({
    case: 'arena',
    what: program,
    value: arenaBytes / lowerBoundBytes,
  }))
  const pages = (footprint.page ?? []).map(({ page, gzipBytes }) => ({
    case: 'page',
    what: `gzip KB, ${page}`,
    value: gzipBytes / 1000,
  }))
  return [...speed, ...peaks, ...arenas, ...pages]
}

function againstOf({ peer }: RatioRecord): string {
  return peer.group === 'ours' ? '1 thread' : peer.peer
}

function describe({ threads }: { threads: number }, against: string, simd: string): string {
  return `${simd} SIMD, ${threads} thread${threads === 1 ? '' : 's'} ÷ ${against}`
}
