import { SluiceError } from '../../foundation/errors.ts'
import { checkFactor, checkRate, checkSteps } from './learningRate.ts'

/**
 * Up to a large rate and down to nearly none (Smith and Topin, "Super-convergence", 2018), the
 * figures of PyTorch's `OneCycleLR`. Momentum stays as it is.
 */
export interface OneCycleSchedule {
  readonly type: 'oneCycle'
  readonly maxLearningRate: number
  /** Steps of the whole cycle; the rate stays at the end afterwards. */
  readonly steps: number
  /** Part of the steps in which the rate rises. */
  readonly pctStart: number
  /** The first rate is the largest divided by this. */
  readonly divFactor: number
  /** The last rate is the first divided by this. */
  readonly finalDivFactor: number
  readonly annealStrategy: 'cos' | 'linear'
  /** Down to the first rate as slowly as up, and only then to the last. */
  readonly threePhase: boolean
}

/**
 * One cycle over `steps` steps. Defaults, PyTorch's: pctStart 0.3, divFactor 25, finalDivFactor 1e4,
 * annealStrategy `cos`, two phases. @throws SluiceError `usage` for wrong rates, steps or factors
 */
export function oneCycle(
  options: Pick<OneCycleSchedule, 'maxLearningRate' | 'steps'> &
    Partial<Omit<OneCycleSchedule, 'type'>>,
): OneCycleSchedule {
  const { maxLearningRate, steps, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options
  const { annealStrategy = 'cos', threePhase = false } = options
  checkRate('oneCycle', 'maxLearningRate', maxLearningRate)
  checkSteps('oneCycle', steps)
  checkFactor('oneCycle', 'divFactor', divFactor)
  checkFactor('oneCycle', 'finalDivFactor', finalDivFactor)
  const largest = threePhase ? 0.5 : 1
  if (!(pctStart >= 0 && pctStart <= largest)) {
    throw new SluiceError('usage', `pctStart must be from 0 to ${largest}`, {
      where: 'oneCycle',
      received: String(pctStart),
    })
  }
  if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
    throw new SluiceError('usage', 'annealStrategy must be cos or linear', {
      where: 'oneCycle',
      received: String(annealStrategy),
    })
  }
  return {
    ...{ type: 'oneCycle', maxLearningRate, steps, pctStart, divFactor, finalDivFactor },
    ...{ annealStrategy, threePhase },
  }
}

export function oneCycleRate(schedule: OneCycleSchedule, step: number): number {
  const { maxLearningRate, steps, pctStart, divFactor, finalDivFactor } = schedule
  const first = maxLearningRate / divFactor
  const top = pctStart * steps - 1
  const last = steps - 1
  const phases = schedule.threePhase
    ? [
        { end: top, rate: maxLearningRate },
        { end: 2 * top, rate: first },
      ]
    : [{ end: top, rate: maxLearningRate }]
  let start = 0
  let from = first
  for (const { end, rate } of phases) {
    if (step <= end) return between(schedule, from, rate, part(step, start, end))
    start = end
    from = rate
  }
  return between(schedule, from, first / finalDivFactor, part(Math.min(step, last), start, last))
}

/** How far a step is from `start` to `end`; a phase without length is over at once. */
function part(step: number, start: number, end: number): number {
  return end > start ? (step - start) / (end - start) : 1
}

function between(schedule: OneCycleSchedule, from: number, to: number, way: number): number {
  if (schedule.annealStrategy === 'linear') return from + (to - from) * way
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * way))
}
