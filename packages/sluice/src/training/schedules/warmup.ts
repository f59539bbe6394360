import { checkSteps } from './learningRate.ts'
import type { Schedule } from './schedule.ts'

/** A straight rise to the first rate of another schedule, which then takes over. */
export interface WarmupSchedule {
  readonly type: 'warmup'
  readonly steps: number
  readonly after: Schedule
}

/** Rises for `steps` steps, then begins `after`. @throws SluiceError `usage` for wrong steps */
export function warmup(steps: number, after: Schedule): WarmupSchedule {
  checkSteps('warmup', steps)
  return { type: 'warmup', steps, after }
}

/** @param rateOf the rate of the schedule after it, from its own step 0 */
export function warmupRate(
  { steps, after }: WarmupSchedule,
  step: number,
  rateOf: (schedule: Schedule, step: number) => number,
): number {
  return step < steps ? (rateOf(after, 0) * (step + 1)) / steps : rateOf(after, step - steps)
}
