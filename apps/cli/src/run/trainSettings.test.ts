import { noAugmentation } from 'sluice/data'
import { describe, expect, it } from 'vitest'
import { requireAgreement, settingsFrom } from './trainSettings.ts'

const noFile = (path: string): never => {
  throw new Error(`unexpected read of ${path}`)
}

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
    expect(() => settingsFrom({ optimizer: 'adam' }, noFile)).toThrow(/adamw, sgd/)
  })
  it('take a model description from a file', () => {
    const read = (path: string): Readonly<Record<string, unknown>> => ({ type: 'linear', path })
    expect(settingsFrom({ model: 'm.json' }, read).model).toEqual({
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
})
