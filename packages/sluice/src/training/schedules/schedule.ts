import { unknownType } from '../unknownType.ts'
import type { ConstantSchedule } from './constant.ts'
import { type CosineSchedule, cosineRate } from './cosine.ts'
import { type OneCycleSchedule, oneCycleRate } from './oneCycle.ts'
import {
  type MultiStepSchedule,
  multiStepRate,
  type StepDecaySchedule,
  stepDecayRate,
} from './stepDecay.ts'
import { type WarmupSchedule, warmupRate } from './warmup.ts'

/** How the learning rate moves: plain data, kept in checkpoints. */
export type Schedule =
  | ConstantSchedule
  | CosineSchedule
  | MultiStepSchedule
  | OneCycleSchedule
  | StepDecaySchedule
  | WarmupSchedule

const types = ['constant', 'cosine', 'multiStep', 'oneCycle', 'stepDecay', 'warmup']

/**
 * The learning rate of a step, counted from 0. A pure function, so that a resumed run continues it.
 * @throws SluiceError `usage` for a schedule that is unknown
 */
export function learningRateAt(schedule: Schedule, step: number): number {
  switch (schedule.type) {
    case 'constant':
      return schedule.learningRate
    case 'cosine':
      return cosineRate(schedule, step)
    case 'multiStep':
      return multiStepRate(schedule, step)
    case 'oneCycle':
      return oneCycleRate(schedule, step)
    case 'stepDecay':
      return stepDecayRate(schedule, step)
    case 'warmup':
      return warmupRate(schedule, step, learningRateAt)
    default:
      throw unknownType('schedule', schedule, types)
  }
}
