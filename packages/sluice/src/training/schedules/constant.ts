import { checkRate } from './learningRate.ts'

/** One learning rate from beginning to end. */
export interface ConstantSchedule {
  readonly type: 'constant'
  readonly learningRate: number
}

/** One learning rate for all steps. @throws SluiceError `usage` for a rate below zero */
export function constant(learningRate: number): ConstantSchedule {
  checkRate('constant', 'learningRate', learningRate)
  return { type: 'constant', learningRate }
}
