import { describe, expect, it } from 'vitest'
import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { oneCycle } from './oneCycle.ts'
import { learningRateAt, type Schedule } from './schedule.ts'
import { multiStep, stepDecay } from './stepDecay.ts'
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
    expect(() => stepDecay({ learningRate: 1, stepSize: 0 })).toThrow(/stepSize/)
    expect(() => stepDecay({ learningRate: 1, stepSize: 1, gamma: 0 })).toThrow(/gamma/)
    expect(() => multiStep({ learningRate: 1, milestones: [5, 5] })).toThrow(/rising.*\n.*5, 5/)
    expect(() => oneCycle({ maxLearningRate: 1, steps: 9, pctStart: 1.5 })).toThrow(/pctStart/)
    expect(() => learningRateAt(JSON.parse('{"type":"bogus"}'), 0)).toThrow(
      /schedule[\s\S]*"bogus"/,
    )
  })

  it('step decay falls every so many steps, multi-step at its milestones', () => {
    const even = stepDecay({ learningRate: 1, stepSize: 3, gamma: 0.5 })
    expect(rates(even, [0, 2, 3, 5, 6])).toEqual([1, 1, 0.5, 0.5, 0.25])
    const uneven = multiStep({ learningRate: 1, milestones: [2, 3], gamma: 0.5 })
    expect(rates(uneven, [1, 2, 3, 100])).toEqual([1, 0.5, 0.25, 0.25])
  })

  it('one cycle rises to its largest rate, falls to its last and stays there', () => {
    const cycle = oneCycle({ maxLearningRate: 1, steps: 100 })
    const [first = 0, top = 0, last = 0, after] = rates(cycle, [0, 29, 99, 1000])
    expect(first).toBeCloseTo(1 / 25, 12)
    expect(top).toBeCloseTo(1, 12)
    expect(last).toBeCloseTo(1 / 25e4, 12)
    expect(after).toBe(last)
    // Cycles too short for a phase have rates all the same.
    for (const steps of [1, 2, 3, 4, 10]) {
      const all = rates(oneCycle({ maxLearningRate: 1, steps, pctStart: 0.25 }), [0, 1, 2, 3])
      expect(all.every((rate) => rate > 0 && rate <= 1)).toBe(true)
    }
  })
})
