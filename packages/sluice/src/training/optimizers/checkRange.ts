import { SluiceError } from '../../foundation/errors.ts'

/** Refuses an option outside `low` (included) to `high` (excluded). */
export function checkRange(
  where: string,
  name: string,
  value: number,
  low: number,
  high: number,
): void {
  if (value >= low && value < high) return
  throw new SluiceError('usage', `${name} is out of range`, {
    where,
    expected: high === Number.MAX_VALUE ? `from ${low} up` : `from ${low} to below ${high}`,
    received: String(value),
  })
}
