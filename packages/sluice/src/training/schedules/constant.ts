import { checkRate } from './learningRate.ts'

/** One learning rate from beginning to end. */
export interface ConstantSchedule {
  readonly type: 'constant'
  readonly learningRate: number
}

export function constant(learningRate: number): ConstantSchedule {
  checkRate('constant', 'learningRate', learningRate)
  return { type: 'constant', learningRate }
}
