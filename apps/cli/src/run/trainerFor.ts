import type { Device, Module, Shape } from 'sluice'
import {
  adamw,
  constant,
  cosine,
  crossEntropy,
  type Schedule,
  sgd,
  Trainer,
  warmup,
} from 'sluice/training'
import type { TrainSettings } from './trainSettings.ts'

/**
 * The trainer that settings ask for.
 * @param perEpoch steps per epoch
 */
export function trainerFor(
  model: Module,
  device: Device,
  settings: TrainSettings,
  plan: {
    readonly classes: number
    /** Shape of a batch, `[N, C, D, H, W]`. */
    readonly input: Shape
    readonly perEpoch: number
  },
): Trainer {
  const { labelSmoothing, clipNorm, seed, momentum, weightDecay } = settings
  const optimizer =
    settings.optimizer === 'sgd' ? sgd({ momentum, weightDecay }) : adamw({ weightDecay })
  return new Trainer(model, {
    device,
    input: plan.input,
    classes: plan.classes,
    optimizer,
    learningRate: scheduleFor(settings, plan.perEpoch),
    loss: crossEntropy({ labelSmoothing }),
    clipNorm,
    seed,
  })
}

/** Warm-up, then what is left of the run as a cosine or at one rate. */
export function scheduleFor(settings: TrainSettings, perEpoch: number): Schedule {
  const steps = settings.epochs * perEpoch
  const rising = Math.min(Math.round(settings.warmup * perEpoch), steps - 1)
  const after =
    settings.schedule === 'constant'
      ? constant(settings.lr)
      : cosine({ learningRate: settings.lr, steps: steps - rising })
  return rising > 0 ? warmup(rising, after) : after
}
