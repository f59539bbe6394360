import { describe, expect, it } from 'vitest'
import { batchWithin, planRounds, runsFor } from './rounds.ts'

describe('planRounds', () => {
  it('lets all take turns and turns the order round every other round', () => {
    const plan = planRounds([
      { name: 'a', runs: 3 },
      { name: 'b', runs: 3 },
    ])
    expect(plan).toEqual([
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'b'],
    ])
  })

  it('spreads a slow peer from the first round to the last', () => {
    const plan = planRounds([
      { name: 'fast', runs: 15 },
      { name: 'slow', runs: 3 },
    ])
    const rounds = plan.flatMap((names, round) => (names.includes('slow') ? [round] : []))
    expect(rounds).toEqual([0, 7, 14])
    expect(plan.filter((names) => names.includes('fast'))).toHaveLength(15)
  })

  it('needs no rounds for nobody', () => {
    expect(planRounds([])).toEqual([])
  })
})

describe('runsFor', () => {
  it('runs a peer three times when it is more than twenty times slower', () => {
    expect(runsFor(201, 10, 15)).toBe(3)
    expect(runsFor(200, 10, 15)).toBe(15)
  })

  it('is content with five long runs', () => {
    expect(runsFor(2500, 2000, 15)).toBe(5)
  })

  it('never runs more often than there are rounds', () => {
    expect(runsFor(5000, 1, 2)).toBe(2)
  })
})

describe('batchWithin', () => {
  it('keeps the whole batch when it fits, else takes two clips, else one', () => {
    expect(batchWithin(60_000, 5_000, 8)).toBe(8)
    expect(batchWithin(60_000, 9_300, 8)).toBe(2)
    expect(batchWithin(60_000, 40_000, 8)).toBe(1)
    expect(batchWithin(60_000, 90_000, 1)).toBe(1)
  })
})
