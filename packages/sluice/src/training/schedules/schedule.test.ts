import { describe, expect, it } from 'vitest'
import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { learningRateAt, type Schedule } from './schedule.ts'
import { warmup } from './warmup.ts'

const rates = (schedule: Schedule, steps: readonly number[]) =>
  steps.map((step) => learningRateAt(schedule, step))

describe('learning rate schedules', () => {
  it('constant stays', () => {
    expect(rates(constant(0.1), [0, 5, 1e9])).toEqual([0.1, 0.1, 0.1])
  })

  it('cosine falls from the first rate to the last and stays there', () => {
    const schedule = cosine({ learningRate: 1, finalLearningRate: 0.2, steps: 100 })
    const [first, middle, end, after] = rates(schedule, [0, 50, 100, 1000])
    expect(first).toBe(1)
    expect(middle).toBeCloseTo(0.6, 12)
    expect(end).toBeCloseTo(0.2, 12)
    expect(after).toBe(end)
  })

  it('warm-up rises to what follows, which then begins at its own start', () => {
    const after = cosine({ learningRate: 1, steps: 10 })
    const schedule = warmup(4, after)
    expect(rates(schedule, [0, 1, 2, 3])).toEqual([0.25, 0.5, 0.75, 1])
    expect(rates(schedule, [4, 9])).toEqual(rates(after, [0, 5]))
  })

  it('refuse what is no rate or no number of steps', () => {
    expect(() => constant(Number.NaN)).toThrow(/learningRate/)
    expect(() => cosine({ learningRate: -1, steps: 1 })).toThrow(/learningRate/)
    expect(() => warmup(0, constant(1))).toThrow(/steps/)
  })
})
