import { describe, expect, it } from 'vitest'
import {
  learningRateAt,
  multiStep,
  oneCycle,
  type Schedule,
  stepDecay,
} from '../../packages/sluice/src/entrypoints/training.ts'
import { goldens } from './goldens.ts'

const makers: Readonly<Record<string, (options: never) => Schedule>> = {
  multiStep,
  oneCycle,
  stepDecay,
}

describe('learning rates are those of PyTorch’s schedulers', () => {
  for (const { type, options, rates } of goldens.schedules) {
    it(`${type} ${JSON.stringify(options)}`, () => {
      const schedule = makers[type]?.(options as never)
      if (schedule === undefined) throw new Error(`there is no schedule ${type}`)
      const off = rates.flatMap((rate, step) => {
        const actual = learningRateAt(schedule, step)
        return Math.abs(actual / rate - 1) < 1e-9 ? [] : [{ step, rate, actual }]
      })
      expect(rates.length).toBeGreaterThan(30)
      expect(off).toEqual([])
    })
  }
})
