import { describe, expect, it } from 'vitest'
import type { RunRecord } from '../runs/task.ts'
import { compareWithGated, verdictOf } from './comparison.ts'
import { acrossClusters, acrossSeeds, studentT } from './intervals.ts'

describe('intervals', () => {
  it("are Student's over seeds", () => {
    const { mean, low, high } = acrossSeeds([1, 2, 3])
    expect(mean).toBe(2)
    // 4.3027 · 1/√3, by the tables.
    expect(high - mean).toBeCloseTo(2.4842, 3)
    expect(mean - low).toBeCloseTo(2.4842, 3)
    expect(acrossSeeds([5, 5, 5])).toEqual({ mean: 5, low: 5, high: 5 })
  })

  it.each([
    [1, 12.706],
    [2, 4.303],
    [10, 2.228],
    [11, 2.201],
    [30, 2.042],
    [1000, 1.962],
  ])('have the quantile of %i degrees of freedom', (freedom, quantile) => {
    expect(studentT(freedom)).toBeCloseTo(quantile, 3)
  })

  it('of one seed say that nothing is known', () => {
    const { mean, low, high } = acrossSeeds([4])
    expect([mean, low, high]).toEqual([4, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  it('over clusters are wider than those over items that pretend to be independent', () => {
    // Ten clusters of ten equal items each.
    const items = Array.from({ length: 100 }, (_, i) => Math.floor(i / 10))
    const together = acrossClusters(
      items,
      items.map((value) => value),
    )
    const apart = acrossClusters(
      items,
      items.map((_, i) => i),
    )
    expect(together.mean).toBe(4.5)
    // Standard errors: 2.872/√10 = 0.908 of the clusters, 0.287 of the items.
    expect((together.high - together.low) / 2 / 1.96).toBeCloseTo(0.908, 1)
    expect((apart.high - apart.low) / 2 / 1.96).toBeCloseTo(0.287, 1)
    expect(acrossClusters(items, items)).toEqual(together)
  })
})

describe('a comparison', () => {
  const run = (
    variant: RunRecord['variant'],
    seed: number,
    items: readonly number[],
  ): RunRecord => {
    const score = items.reduce((a, b) => a + b, 0) / items.length
    return {
      ...{ format: 'sluice study run 1', id: `${variant} ${seed}`, task: 'a', variant, seed },
      ...{ purpose: 'study', rate: 1, widths: [], costs: { parameters: 1, multiplyAdds: 1 } },
      ...{ steps: 1, settings: '', device: '', curve: [], items, score },
    }
  }
  const clusters = [0, 0, 1, 1]

  it('pairs runs of one seed, in whatever order they come', () => {
    const runs = [
      run('plain', 2, [1, 1, 1, 1]),
      run('gated', 1, [2, 2, 2, 2]),
      run('plain', 1, [0, 0, 0, 0]),
      run('gated', 2, [3, 3, 3, 3]),
    ]
    const { differences, seeds, items, verdict } = compareWithGated(runs, 'plain', clusters)
    expect(differences).toEqual([2, 2])
    expect(seeds).toEqual({ mean: 2, low: 2, high: 2 })
    expect(items).toEqual({ mean: 2, low: 2, high: 2 })
    expect(verdict).toBe('more')
  })

  it('takes a side only if both intervals leave out zero there', () => {
    const [above, below, around] = [
      { mean: 1, low: 0.1, high: 2 },
      { mean: -1, low: -2, high: -0.1 },
      { mean: 0.5, low: -0.1, high: 1 },
    ]
    expect(verdictOf(above, above)).toBe('more')
    expect(verdictOf(below, below)).toBe('less')
    expect(verdictOf(above, around)).toBe('undecided')
    expect(verdictOf(above, below)).toBe('undecided')
    expect(verdictOf({ mean: 1, low: 0, high: 2 }, above)).toBe('undecided')
  })
})
