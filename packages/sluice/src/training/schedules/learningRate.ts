import { SluiceError } from '../../foundation/errors.ts'

/** Refuses rates that are negative or no numbers. */
export function checkRate(where: string, name: string, rate: number): void {
  if (Number.isFinite(rate) && rate >= 0) return
  throw new SluiceError('usage', `${name} must be a number from 0 up`, {
    where,
    received: String(rate),
  })
}

export function checkSteps(where: string, steps: number): void {
  if (Number.isSafeInteger(steps) && steps >= 1) return
  throw new SluiceError('usage', 'steps must be a whole number from 1 up', {
    where,
    received: String(steps),
  })
}
