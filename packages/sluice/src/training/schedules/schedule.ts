import type { ConstantSchedule } from './constant.ts'
import { type CosineSchedule, cosineRate } from './cosine.ts'
import { type WarmupSchedule, warmupRate } from './warmup.ts'

/** How the learning rate moves: plain data, kept in checkpoints. */
export type Schedule = ConstantSchedule | CosineSchedule | WarmupSchedule

/** The learning rate of a step, counted from 0. A pure function, so that a resumed run continues it. */
export function learningRateAt(schedule: Schedule, step: number): number {
  switch (schedule.type) {
    case 'constant':
      return schedule.learningRate
    case 'cosine':
      return cosineRate(schedule, step)
    case 'warmup':
      return warmupRate(schedule, step, learningRateAt)
  }
}
