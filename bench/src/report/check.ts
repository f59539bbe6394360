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
      what: describe(ratio, simdOf(ratio.ours.node)),
      value: ratio.ratio.median,
    })),
  )
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
  return [...speed, ...arenas, ...pages]
}

function describe({ ours, peer }: RatioRecord, simd: string): string {
  const against = peer.group === 'ours' ? '1 thread' : peer.peer
  return `${simd} SIMD, ${ours.threads} thread${ours.threads === 1 ? '' : 's'} ÷ ${against}`
}
