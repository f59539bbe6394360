import type { Variant } from '../networks/variant.ts'
import type { RunRecord } from '../runs/task.ts'
import { acrossClusters, acrossSeeds, type Estimate, meanOf } from './intervals.ts'

/** What two intervals of one difference say together. */
export type Verdict = 'more' | 'less' | 'undecided'

/** The gated network against another, both trained with the same seeds on the same data. */
export interface Comparison {
  readonly other: Variant
  /** Gated minus other, seed by seed. */
  readonly differences: readonly number[]
  /** What another seed would change. */
  readonly seeds: Estimate
  /** What other test items would change. */
  readonly items: Estimate
  readonly verdict: Verdict
}

/** Runs of one variant, one for each seed. */
export function runsOf(runs: readonly RunRecord[], variant: Variant): RunRecord[] {
  return runs.filter((run) => run.variant === variant).sort((a, b) => a.seed - b.seed)
}

/**
 * Compares the gated runs with those of another variant, seed by seed: networks of one seed saw the same batches in
 * the same order. The verdict takes a side only if both intervals leave zero out on that side.
 */
export function compareWithGated(
  runs: readonly RunRecord[],
  other: Variant,
  clusters: readonly number[],
): Comparison {
  const gated = runsOf(runs, 'gated')
  const others = runsOf(runs, other)
  const pairs = gated.flatMap((run) => {
    const partner = others.find(({ seed }) => seed === run.seed)
    return partner === undefined ? [] : [{ run, partner }]
  })
  const differences = pairs.map(({ run, partner }) => (run.score ?? 0) - (partner.score ?? 0))
  const perItem = clusters.map((_, index) =>
    meanOf(
      pairs.map(({ run, partner }) => (run.items?.[index] ?? 0) - (partner.items?.[index] ?? 0)),
    ),
  )
  const seeds = acrossSeeds(differences)
  const items = acrossClusters(perItem, clusters)
  return { other, differences, seeds, items, verdict: verdictOf(seeds, items) }
}

export function verdictOf(...estimates: readonly Estimate[]): Verdict {
  if (estimates.every(({ low }) => low > 0)) return 'more'
  if (estimates.every(({ high }) => high < 0)) return 'less'
  return 'undecided'
}
