import { noAugmentation } from 'sluice/data'
import { learningRateAt } from 'sluice/training'
import { describe, expect, it } from 'vitest'
import { scheduleFor } from './trainerFor.ts'
import {
  type GivenSettings,
  preprocessingOf,
  requireAgreement,
  settingsFrom,
} from './trainSettings.ts'

const unexpected = (path: string): never => {
  throw new Error(`unexpected read of ${path}`)
}
const noFile = { description: unexpected, source: unexpected }

describe('settings of a training run', () => {
  it('have defaults, which depend on the optimizer where they must', () => {
    expect(settingsFrom({}, noFile)).toMatchObject({ frames: null, model: 'small', lr: 0.004 })
    expect(settingsFrom({ optimizer: 'sgd' }, noFile).lr).toBe(0.05)
  })
  it('take augmentation as a word or as strengths', () => {
    expect(settingsFrom({ augment: 'off' }, noFile).augment).toEqual(noAugmentation)
    expect(settingsFrom({ augment: 'crop=0.1, jitter=1' }, noFile).augment).toEqual({
      ...noAugmentation,
      crop: 0.1,
      jitter: 1,
    })
    expect(() => settingsFrom({ augment: 'crop' }, noFile)).toThrow(/needs strengths/)
    expect(() => settingsFrom({ augment: 'crop=2' }, noFile)).toThrow(/0 to 1/)
    expect(() => settingsFrom({ augment: 'flip=1' }, noFile)).toThrow(/mirror/)
  })
  it('name what is allowed when a word is unknown', () => {
    expect(() => settingsFrom({ model: 'huge' }, noFile)).toThrow(/tiny, small, base/)
    expect(() => settingsFrom({ optimizer: 'lion' }, noFile)).toThrow(/adamw, adam, sgd/)
  })
  it('take a model description from a file', () => {
    const read = (path: string): Readonly<Record<string, unknown>> => ({ type: 'linear', path })
    expect(settingsFrom({ model: 'm.json' }, { ...noFile, description: read }).model).toEqual({
      type: 'linear',
      path: 'm.json',
    })
  })
  it('must agree when a run goes on, and both values are named if not', () => {
    const stored = settingsFrom({ epochs: 5, seed: 3 }, noFile)
    requireAgreement(stored, {}, noFile)
    requireAgreement(stored, { epochs: 5, augment: 'mild' }, noFile)
    expect(() => requireAgreement(stored, { epochs: 6 }, noFile)).toThrow(
      /--epochs: the run has 5, given 6/,
    )
    expect(() => requireAgreement(stored, { weightDecay: 1, seed: 4 }, noFile)).toThrow(
      /--weight-decay.*--seed/,
    )
  })
  it('refuse options that would be ignored', () => {
    const ignored = [
      { gamma: 0.5 },
      { stepEpochs: 3, schedule: 'multi-step' },
      { milestones: [1] },
      { warmup: 1, schedule: 'one-cycle' },
      { minDelta: 0.1 },
      { beta1: 0.5, optimizer: 'sgd' },
    ]
    for (const given of ignored) {
      expect(() => settingsFrom(given, noFile)).toThrow(/would be ignored/)
    }
    // A run that goes on may be given again what it was started with.
    const stored = settingsFrom({ schedule: 'step', gamma: 0.5 }, noFile)
    requireAgreement(stored, { gamma: 0.5 }, noFile)
    expect(() => requireAgreement(stored, { gamma: 0.2 }, noFile)).toThrow(/--gamma/)
  })
  it('take class weights as a word or as numbers', () => {
    expect(settingsFrom({ classWeights: 'balanced' }, noFile).classWeights).toBe('balanced')
    expect(settingsFrom({ classWeights: '1, 0.5' }, noFile).classWeights).toEqual([1, 0.5])
    for (const classWeights of ['1', '1,x', '1,-2', 'even', '1,,2']) {
      expect(() => settingsFrom({ classWeights }, noFile)).toThrow(/--class-weights/)
    }
  })
  it('take network and view from the file that a run begins with', () => {
    const view = {
      frames: 4,
      size: 12,
      fps: 5,
      resize: 'stretch',
      mean: [0, 0, 0],
      std: [1, 1, 1],
    } as const
    const source = () => ({
      ...{ model: { type: 'linear' }, weights: new Map(), classes: ['a'], preprocessing: view },
      sha256: 'abc',
    })
    const settings = settingsFrom({ from: 'm', size: 16 }, { ...noFile, source })
    expect(settings).toMatchObject({ from: 'abc', frames: 4, size: 16, fps: 5, resize: 'stretch' })
    expect(preprocessingOf(settings)).toMatchObject({ ...view, size: 16 })
    expect(() => settingsFrom({ from: 'm', model: 'tiny' }, { ...noFile, source })).toThrow(
      /--model/,
    )
  })
})

describe('the schedule of a run', () => {
  const rates = (given: GivenSettings, steps: readonly number[]) => {
    const schedule = scheduleFor(settingsFrom({ lr: 1, epochs: 8, ...given }, noFile), 10)
    return steps.map((step) => Number(learningRateAt(schedule, step).toFixed(6)))
  }

  it('falls at epochs counted from the start, warm-up or not', () => {
    const steps = [19, 20, 39, 40, 79]
    for (const warmup of [0, 1]) {
      const step = { schedule: 'step', stepEpochs: 2, gamma: 0.5, warmup }
      expect(rates(step, steps)).toEqual([1, 0.5, 0.5, 0.25, 0.125])
      const several = { schedule: 'multi-step', milestones: [2, 4], gamma: 0.5, warmup }
      expect(rates(several, steps)).toEqual([1, 0.5, 0.5, 0.25, 0.25])
    }
  })
  it('makes one cycle of the whole run', () => {
    const [first = 0, top = 0, last = 1] = rates({ schedule: 'one-cycle' }, [0, 23, 79])
    expect(first).toBeCloseTo(0.04, 6)
    expect(top).toBe(1)
    expect(last).toBeLessThan(0.001)
  })
})
