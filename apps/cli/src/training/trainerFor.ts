import type { Device, Module, Shape } from 'sluice'
import { type ClipDataset, countPerClass } from 'sluice/data'
import {
  adam,
  adamw,
  balancedClassWeights,
  constant,
  cosine,
  crossEntropy,
  type Loss,
  multiStep,
  type Optimizer,
  oneCycle,
  type Schedule,
  sgd,
  stepDecay,
  Trainer,
  warmup,
} from 'sluice/training'
import type { Source } from './fineTuning.ts'
import type { TrainSettings } from './trainSettings.ts'

/**
 * The trainer that settings ask for.
 * @param plan the clips to learn from, how many batches they make an epoch, and the weights to begin
 * with; their head is left out when it told other classes apart
 */
export function trainerFor(
  model: Module,
  device: Device,
  settings: TrainSettings,
  plan: {
    readonly train: ClipDataset
    /** Shape of a batch, `[N, C, D, H, W]`. */
    readonly input: Shape
    readonly batchesPerEpoch: number
    readonly source?: Source | undefined
  },
): Trainer {
  const { clipNorm, seed, accumulate, ema, freeze } = settings
  const { train, input, batchesPerEpoch, source } = plan
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / accumulate)
  return new Trainer(model, {
    ...{ device, input, clipNorm, seed, accumulate, ema, freeze },
    classes: train.classes.length,
    optimizer: optimizerFor(settings),
    learningRate: scheduleFor(settings, stepsPerEpoch),
    loss: lossFor(settings, train),
    ...(source === undefined
      ? {}
      : { weights: source.weights, newHead: needsNewHead(source, train.classes) }),
  })
}

/** Whether the head of a network must begin anew: it told other classes apart, or in another order. */
export function needsNewHead(source: Source, classes: readonly string[]): boolean {
  const { length } = source.classes
  return length !== classes.length || classes.some((name, i) => name !== source.classes[i])
}

function optimizerFor(settings: TrainSettings): Optimizer {
  const { optimizer, momentum, beta1, weightDecay } = settings
  if (optimizer === 'sgd') return sgd({ momentum, weightDecay })
  return optimizer === 'adam' ? adam({ beta1, weightDecay }) : adamw({ beta1, weightDecay })
}

function lossFor({ labelSmoothing, classWeights }: TrainSettings, train: ClipDataset): Loss {
  if (classWeights === 'none') return crossEntropy({ labelSmoothing })
  const weights =
    classWeights === 'balanced' ? balancedClassWeights(countPerClass(train)) : classWeights
  return crossEntropy({ labelSmoothing, classWeights: weights })
}

/** Warm-up, then what is left of the run by the schedule asked for. */
export function scheduleFor(settings: TrainSettings, perEpoch: number): Schedule {
  const steps = settings.epochs * perEpoch
  const rising = Math.min(Math.round(settings.warmup * perEpoch), steps - 1)
  const after = scheduleAfter(settings, perEpoch, rising)
  return rising > 0 ? warmup(rising, after) : after
}

function scheduleAfter(settings: TrainSettings, perEpoch: number, rising: number): Schedule {
  const { lr: learningRate, schedule, gamma } = settings
  const steps = settings.epochs * perEpoch - rising
  // Epochs are counted from the start of the run, warm-up and all.
  const falls = (epochs: readonly number[]) => {
    const at = epochs.map((epoch) => Math.round(epoch * perEpoch) - rising)
    return [...new Set(at.filter((step) => step > 0))].sort((a, b) => a - b)
  }
  switch (schedule) {
    case 'constant':
      return constant(learningRate)
    case 'cosine':
      return cosine({ learningRate, steps })
    case 'one-cycle':
      return oneCycle({ maxLearningRate: learningRate, steps })
    case 'multi-step':
      return multiStep({ learningRate, gamma, milestones: falls(settings.milestones) })
    case 'step': {
      if (rising === 0) {
        return stepDecay({ learningRate, gamma, stepSize: settings.stepEpochs * perEpoch })
      }
      const times = Math.floor(settings.epochs / settings.stepEpochs)
      const epochs = Array.from({ length: times }, (_, i) => (i + 1) * settings.stepEpochs)
      return multiStep({ learningRate, gamma, milestones: falls(epochs) })
    }
  }
}
