import { describe, expect, it } from 'vitest'
import { compareRecords, worsenedCases } from './check.ts'
import { renderComparisons } from './comparisonTable.ts'
import { ratioOf, recordWith } from './testRecord.ts'

describe('compareRecords', () => {
  const committed = recordWith([ratioOf('pytorch', 0.4), ratioOf('tfjs', 0.002)])

  it('lets a ratio worsen by 15 % and no more', () => {
    const worsened = (now: number) =>
      compareRecords(committed, recordWith([ratioOf('pytorch', now)]))[0]?.worsened
    expect(worsened(0.3)).toBe(false)
    expect(worsened(0.459)).toBe(false)
    expect(worsened(0.461)).toBe(true)
  })

  it('names the case in which something worsened, once', () => {
    const now = recordWith([ratioOf('pytorch', 0.5), ratioOf('tfjs', 0.003)])
    expect(worsenedCases(compareRecords(committed, now))).toEqual(['forward1'])
  })

  it('takes another patch version of Node for the same, and another kind of SIMD for another', () => {
    const patch = recordWith([ratioOf('pytorch', 0.5, { node: '24.9.9' })], 'forward1', '24.9.9')
    expect(compareRecords(committed, patch)).toMatchObject([{ committed: 0.4, worsened: true }])
    const plain = { ...patch, nodes: patch.nodes.map((node) => ({ ...node, relaxedSimd: false })) }
    expect(compareRecords(committed, plain)).toEqual([])
  })

  it('sees a page that grew and an arena that loosened', () => {
    const footprint = (factor: number) => ({
      page: [{ page: 'all', trains: false, bytes: 1, gzipBytes: 50_000 * factor }],
      arena: [{ program: 'p', arenaBytes: 100 * factor, lowerBoundBytes: 100 }],
    })
    const before = { ...recordWith([]), footprint: footprint(1) }
    const now = { ...recordWith([]), footprint: footprint(1.2) }
    expect(compareRecords(before, now).map(({ worsened }) => worsened)).toEqual([true, true])
  })

  it('sees a process that takes more memory beside PyTorch, whichever the case', () => {
    const peak = (peer: string, peakBytes: number) => ({
      peer,
      node: '24.0.0',
      threads: 2,
      peakBytes,
    })
    const [ours, theirs] = [peak('sluice', 300), peak('pytorch', 600)]
    // Old records do not say which case it was.
    const before = { ...recordWith([]), footprint: { memory: [ours, theirs] } }
    const memory = [
      { case: 'train8', ...peak('sluice', 360) },
      { case: 'deepFillV2at256', ...ours },
      { case: 'train8', ...theirs },
    ]
    const now = { ...recordWith([]), footprint: { memory } }
    expect(compareRecords(before, now)).toMatchObject([
      { case: 'memory', what: 'train8, relaxed SIMD, 2 threads ÷ pytorch', worsened: true },
    ])
  })
})

describe('renderComparisons', () => {
  it('puts the worst first and says how many there are', () => {
    const table = renderComparisons([
      { case: 'a', what: 'better', committed: 0.4, now: 0.3, worsened: false },
      { case: 'b', what: 'worse', committed: 0.4, now: 0.5, worsened: true },
    ])
    expect(table.indexOf('worse')).toBeLessThan(table.indexOf('better'))
    expect(table).toContain('+25 %')
    expect(table).toContain('1 of 2 figures worsened by more than 15 %')
  })
})
