import { SluiceError } from 'sluice'
import { oneOf } from '../oneOf.ts'

/** Options about how weights change, as given. */
export interface GivenLearning {
  readonly epochs?: number
  readonly batch?: number
  readonly accumulate?: number
  readonly optimizer?: string
  readonly lr?: number
  readonly momentum?: number
  readonly beta1?: number
  readonly weightDecay?: number
  readonly schedule?: string
  readonly stepEpochs?: number
  readonly milestones?: readonly number[]
  readonly gamma?: number
  readonly warmup?: number
  readonly clipNorm?: number
  readonly labelSmoothing?: number
  readonly classWeights?: string
  readonly ema?: number
  readonly earlyStop?: number
  readonly minDelta?: number
  readonly freeze?: number
}

/** The same with every default filled in. */
export interface LearningSettings {
  readonly epochs: number
  readonly batch: number
  /** Batches of a step. */
  readonly accumulate: number
  readonly optimizer: (typeof optimizers)[number]
  readonly lr: number
  readonly momentum: number
  readonly beta1: number
  readonly weightDecay: number
  readonly schedule: (typeof schedules)[number]
  /** Epochs between falls of the schedule `step`. */
  readonly stepEpochs: number
  /** Epochs after which the schedule `multi-step` falls. */
  readonly milestones: readonly number[]
  readonly gamma: number
  readonly warmup: number
  readonly clipNorm: number
  readonly labelSmoothing: number
  readonly classWeights: 'none' | 'balanced' | readonly number[]
  /** Decay of the average of weights; 0 for none. */
  readonly ema: number
  /** Epochs without a better one after which the run ends; null: never. */
  readonly earlyStop: number | null
  readonly minDelta: number
  /** Blocks from the front that stay as they are. */
  readonly freeze: number
}

const optimizers = ['adamw', 'adam', 'sgd'] as const
const schedules = ['cosine', 'constant', 'step', 'multi-step', 'one-cycle'] as const

/** @throws SluiceError `usage` for a value that is not one of those allowed, or that would be ignored */
export function learningFrom(given: GivenLearning): LearningSettings {
  const optimizer = oneOf('--optimizer', given.optimizer ?? 'adamw', optimizers)
  const schedule = oneOf('--schedule', given.schedule ?? 'cosine', schedules)
  const { epochs = 20, stepEpochs, milestones, gamma, warmup } = given
  refuse('--step-epochs', stepEpochs !== undefined && schedule !== 'step', '--schedule step')
  const several = milestones !== undefined && schedule !== 'multi-step'
  refuse('--milestones', several, '--schedule multi-step')
  const falls = schedule === 'step' || schedule === 'multi-step'
  refuse('--gamma', gamma !== undefined && !falls, '--schedule step or multi-step')
  const cycle = schedule === 'one-cycle'
  refuse('--warmup', cycle && (warmup ?? 0) > 0, 'other schedules: one-cycle rises by itself')
  const early = given.minDelta !== undefined && given.earlyStop === undefined
  refuse('--min-delta', early, '--early-stop')
  refuse('--beta1', given.beta1 !== undefined && optimizer === 'sgd', '--optimizer adam or adamw')
  return {
    epochs,
    batch: given.batch ?? 16,
    accumulate: given.accumulate ?? 1,
    optimizer,
    lr: given.lr ?? (optimizer === 'sgd' ? 0.05 : 0.004),
    momentum: given.momentum ?? 0.9,
    beta1: given.beta1 ?? 0.9,
    weightDecay: given.weightDecay ?? (optimizer === 'adam' ? 0 : 0.01),
    schedule,
    stepEpochs: stepEpochs ?? Math.ceil(epochs / 3),
    milestones: milestones ?? [epochs / 2, (epochs * 3) / 4],
    gamma: gamma ?? 0.1,
    warmup: warmup ?? (cycle ? 0 : 1),
    clipNorm: given.clipNorm ?? 1,
    labelSmoothing: given.labelSmoothing ?? 0.05,
    classWeights: classWeightsFrom(given.classWeights ?? 'none'),
    ema: given.ema ?? 0,
    earlyStop: given.earlyStop ?? null,
    minDelta: given.minDelta ?? 0,
    freeze: given.freeze ?? 0,
  }
}

/** Refuses an option that another one makes meaningless. */
function refuse(option: string, ignored: boolean, only: string): void {
  if (!ignored) return
  throw new SluiceError('usage', `${option} would be ignored`, { fix: `use it with ${only}` })
}

function classWeightsFrom(text: string): LearningSettings['classWeights'] {
  if (text === 'none' || text === 'balanced') return text
  const weights = text.split(',').map((entry) => (entry.trim() === '' ? Number.NaN : Number(entry)))
  if (weights.length > 1 && weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    return weights
  }
  throw new SluiceError('usage', '--class-weights needs weights', {
    expected: 'none, balanced, or one number from 0 per class, between commas, in their order',
    received: text,
  })
}
