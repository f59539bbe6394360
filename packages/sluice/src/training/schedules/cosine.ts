import { checkRate, checkSteps } from './learningRate.ts'

/** Half a cosine from `learningRate` down to `finalLearningRate` (Loshchilov and Hutter, SGDR, 2017). */
export interface CosineSchedule {
  readonly type: 'cosine'
  readonly learningRate: number
  readonly finalLearningRate: number
  /** Steps until the end is reached; the rate stays there afterwards. */
  readonly steps: number
}

/** A cosine over `steps` steps, 1 or more. @throws SluiceError `usage` for wrong rates or steps */
export function cosine(options: {
  readonly learningRate: number
  readonly steps: number
  /** Default 0. */
  readonly finalLearningRate?: number
}): CosineSchedule {
  const { learningRate, steps, finalLearningRate = 0 } = options
  checkRate('cosine', 'learningRate', learningRate)
  checkRate('cosine', 'finalLearningRate', finalLearningRate)
  checkSteps('cosine', steps)
  return { type: 'cosine', learningRate, finalLearningRate, steps }
}

export function cosineRate(schedule: CosineSchedule, step: number): number {
  const { learningRate, finalLearningRate, steps } = schedule
  const part = Math.min(step / steps, 1)
  return (
    finalLearningRate + ((learningRate - finalLearningRate) * (1 + Math.cos(Math.PI * part))) / 2
  )
}
