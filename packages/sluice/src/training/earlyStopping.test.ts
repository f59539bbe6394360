import { describe, expect, it } from 'vitest'
import { shouldStop } from './earlyStopping.ts'
import type { EpochRecord } from './progress.ts'

/** Records with these accuracies and losses on the validation clips. */
const records = (...judged: readonly (readonly [number | undefined, number])[]): EpochRecord[] =>
  judged.map(([validAccuracy, validLoss], i) => ({
    ...{ type: 'epoch', epoch: i + 1, step: i, learningRate: 1, trainLoss: 1, validLoss },
    ...(validAccuracy === undefined ? {} : { validAccuracy }),
  }))

describe('early stopping', () => {
  it('waits as long as its patience, counted from the last better epoch', () => {
    const history = records([0.5, 1], [0.6, 1], [0.6, 1], [0.55, 0.5], [0.7, 2])
    expect(shouldStop(history, { patience: 3 })).toBe(false)
    expect(shouldStop(history, { patience: 2 })).toBe(true)
    expect(shouldStop(history.slice(0, 3), { patience: 2 })).toBe(false)
  })

  it('looks at the loss where accuracies are equal or there are none', () => {
    expect(shouldStop(records([0.5, 3], [0.5, 2], [0.5, 1]), { patience: 1 })).toBe(false)
    expect(shouldStop(records([undefined, 3], [undefined, 4]), { patience: 1 })).toBe(true)
  })

  it('does not count what is better by less than minDelta', () => {
    const creeping = records([undefined, 3], [undefined, 2.95], [undefined, 2.9], [undefined, 2.85])
    expect(shouldStop(creeping, { patience: 2, minDelta: 0.11 })).toBe(true)
    expect(shouldStop(creeping, { patience: 2, minDelta: 0.01 })).toBe(false)
  })
})
