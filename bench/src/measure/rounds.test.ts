import { describe, expect, it } from 'vitest'
import { planRounds, runsFor } from './rounds.ts'

const namesOf = (plan: { name: string }[][]) => plan.map((turns) => turns.map(({ name }) => name))

describe('planRounds', () => {
  it('lets all take turns and turns the order round every other round', () => {
    const plan = planRounds([
      { name: 'a', runs: 3 },
      { name: 'b', runs: 3 },
    ])
    expect(namesOf(plan)).toEqual([
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
    const names = namesOf(plan)
    const rounds = names.flatMap((turns, round) => (turns.includes('slow') ? [round] : []))
    expect(rounds).toEqual([0, 7, 14])
    expect(names.filter((turns) => turns.includes('fast'))).toHaveLength(15)
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

  it('never runs more often than there are rounds', () => {
    expect(runsFor(5000, 1, 2)).toBe(2)
  })
})
