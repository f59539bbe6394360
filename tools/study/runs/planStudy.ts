import { type CostName, type Costs, costsOf, equalWidths } from '../networks/equalWidths.ts'
import type { Variant } from '../networks/variant.ts'
import type { RunPlan, RunRecord, Task } from './task.ts'

/** A variant's network, as wide as equal costs allow. */
export interface Contestant {
  readonly variant: Variant
  readonly widths: readonly number[]
  readonly costs: Costs
}

/** What must be equal: both counts at once, in one network. */
const NAMES: readonly CostName[] = ['parameters', 'multiplyAdds']

/** Seed of the short runs by which rates are chosen: none of the study's. */
export const RATE_SEED = 1000

/**
 * The networks that meet in a task. Parameters and multiply-adds of a convolution both grow with its widths'
 * product, so that one network has the gated one's parameters and its multiply-adds, and both
 * comparisons are one.
 * @throws SluiceError `limit` when there is no such network
 */
export function contestants(task: Task): readonly Contestant[] {
  const found = known.get(task) ?? findContestants(task)
  known.set(task, found)
  return found
}

/** A search takes a while, and is asked for many times. */
const known = new WeakMap<Task, readonly Contestant[]>()

function findContestants(task: Task): Contestant[] {
  const { base, input } = task
  const wanted = costsOf(task.build('gated', base), input)
  return task.variants.map((variant) => {
    if (variant === 'gated') return { variant, widths: base, costs: wanted }
    const build = (widths: readonly number[]) => task.build(variant, widths)
    return { variant, ...equalWidths(build, { base, input, wanted, names: NAMES }) }
  })
}

/** The short runs that try each variant's learning rates. */
export function rateRuns(task: Task): RunPlan[] {
  const common = { task, seed: RATE_SEED, purpose: 'rate', epochs: task.rateEpochs } as const
  return contestants(task).flatMap((contestant) =>
    task.rates.map((rate) => ({ ...common, ...contestant, rate })),
  )
}

/** The study's runs of one seed, each variant with the rate chosen for it. */
export function studyRuns(
  task: Task,
  seed: number,
  rates: ReadonlyMap<Variant, number>,
): RunPlan[] {
  const common = { task, seed, purpose: 'study', epochs: task.epochs } as const
  return contestants(task).map((contestant) => {
    const rate = rates.get(contestant.variant) ?? task.rates[0] ?? 0
    return { ...common, ...contestant, rate }
  })
}

/** Of the rates tried, each variant's best on the validation set; the lower loss decides between equals. */
export function chosenRates(records: readonly RunRecord[]): Map<Variant, number> {
  const best = new Map<Variant, RunRecord>()
  for (const record of records) {
    const before = best.get(record.variant)
    if (before === undefined || isBetter(record, before)) best.set(record.variant, record)
  }
  return new Map([...best].map(([variant, { rate }]) => [variant, rate]))
}

function isBetter(a: RunRecord, b: RunRecord): boolean {
  const [x, y] = [a.curve.at(-1), b.curve.at(-1)]
  const score = (record: typeof x) => record?.validPsnr ?? record?.validAccuracy ?? 0
  if (score(x) !== score(y)) return score(x) > score(y)
  return (x?.validLoss ?? 0) < (y?.validLoss ?? 0)
}
