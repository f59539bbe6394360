import { SluiceError } from '../../foundation/errors.ts'
import { checkFactor, checkRate, checkSteps } from './learningRate.ts'

/** A rate multiplied by `gamma` every `stepSize` steps, as PyTorch's `StepLR`. */
export interface StepDecaySchedule {
  readonly type: 'stepDecay'
  readonly learningRate: number
  readonly stepSize: number
  readonly gamma: number
}

/** A rate multiplied by `gamma` at each milestone, as PyTorch's `MultiStepLR`. */
export interface MultiStepSchedule {
  readonly type: 'multiStep'
  readonly learningRate: number
  /** Steps, rising. */
  readonly milestones: readonly number[]
  readonly gamma: number
}

/** Falls every `stepSize` steps. @throws SluiceError `usage` for wrong rates, steps or factors */
export function stepDecay(options: {
  readonly learningRate: number
  readonly stepSize: number
  /** Default 0.1. */
  readonly gamma?: number
}): StepDecaySchedule {
  const { learningRate, stepSize, gamma = 0.1 } = options
  checkRate('stepDecay', 'learningRate', learningRate)
  checkSteps('stepDecay', stepSize, 'stepSize')
  checkFactor('stepDecay', 'gamma', gamma)
  return { type: 'stepDecay', learningRate, stepSize, gamma }
}

/** Falls at each milestone. @throws SluiceError `usage` for wrong rates, factors, or milestones that do not rise */
export function multiStep(options: {
  readonly learningRate: number
  readonly milestones: readonly number[]
  /** Default 0.1. */
  readonly gamma?: number
}): MultiStepSchedule {
  const { learningRate, milestones, gamma = 0.1 } = options
  checkRate('multiStep', 'learningRate', learningRate)
  checkFactor('multiStep', 'gamma', gamma)
  const rise = milestones.every((step, i) => step > (milestones[i - 1] ?? 0))
  if (!rise || !milestones.every(Number.isSafeInteger)) {
    throw new SluiceError('usage', 'milestones must be rising whole numbers of steps', {
      where: 'multiStep',
      received: milestones.join(', '),
    })
  }
  return { type: 'multiStep', learningRate, milestones, gamma }
}

export function stepDecayRate(schedule: StepDecaySchedule, step: number): number {
  const { learningRate, stepSize, gamma } = schedule
  return learningRate * gamma ** Math.floor(step / stepSize)
}

export function multiStepRate(schedule: MultiStepSchedule, step: number): number {
  const { learningRate, milestones, gamma } = schedule
  return learningRate * gamma ** milestones.filter((milestone) => milestone <= step).length
}
