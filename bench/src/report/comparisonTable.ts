import { type Comparison, TOLERATED } from './check.ts'
import { align, number } from './columns.ts'

/** What `--check` prints: all that was compared, the worst first. */
export function renderComparisons(comparisons: readonly Comparison[]): string {
  const ordered = [...comparisons].sort((a, b) => b.now / b.committed - a.now / a.committed)
  const rows = ordered.map(({ case: name, what, committed, now, worsened }) => [
    name,
    what,
    number(committed),
    number(now),
    `${now >= committed ? '+' : '−'}${Math.abs((now / committed - 1) * 100).toFixed(0)} %`,
    worsened ? '✗ WORSE' : '',
  ])
  const bad = comparisons.filter(({ worsened }) => worsened).length
  const limit = `${TOLERATED * 100} %`
  const verdict =
    bad === 0
      ? `none of ${comparisons.length} figures is more than ${limit} worse than committed`
      : `${bad} of ${comparisons.length} figures worsened by more than ${limit}; what is timed was measured twice`
  const header = ['case', 'ours', 'committed', 'now', '', '']
  return [...align([header, ...rows], [0, 1, 5]), verdict].join('\n')
}
