import { SluiceError } from '../foundation/errors.ts'

/** A whole number option of a layer, or an error that names it. */
export function wholeOption(layer: string, name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new SluiceError('usage', `${name} must be a whole number from ${least} up`, {
    where: layer,
    received: String(value),
  })
}

/** A number option with bounds, both included. */
export function numberOption(
  layer: string,
  name: string,
  value: number,
  low: number,
  high: number,
): number {
  if (value >= low && value <= high) return value
  throw new SluiceError('usage', `${name} must be a number from ${low} to ${high}`, {
    where: layer,
    received: String(value),
  })
}

/** An option that is true or false: in JavaScript, callers may hand in anything. */
export function booleanOption(layer: string, name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw new SluiceError('usage', `${name} must be true or false`, {
    where: layer,
    received: String(value),
  })
}
