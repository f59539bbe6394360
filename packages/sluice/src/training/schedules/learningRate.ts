import { SluiceError } from '../../foundation/errors.ts'

/** Refuses rates that are negative or no numbers. */
export function checkRate(where: string, name: string, rate: number): void {
  if (Number.isFinite(rate) && rate >= 0) return
  throw new SluiceError('usage', `${name} must be a number from 0 up`, {
    where,
    received: String(rate),
  })
}

/** Refuses factors that are not above 0. */
export function checkFactor(where: string, name: string, factor: number): void {
  if (Number.isFinite(factor) && factor > 0) return
  throw new SluiceError('usage', `${name} must be a number above 0`, {
    where,
    received: String(factor),
  })
}

export function checkSteps(where: string, steps: number, name = 'steps'): void {
  if (Number.isSafeInteger(steps) && steps >= 1) return
  throw new SluiceError('usage', `${name} must be a whole number from 1 up`, {
    where,
    received: String(steps),
  })
}
