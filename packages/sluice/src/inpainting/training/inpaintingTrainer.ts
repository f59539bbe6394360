import type { Device } from '../../engine/device/device.ts'
import { SluiceError } from '../../foundation/errors.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import type { Inpainter } from '../../models/inpainter.ts'
import { snPatchDiscriminator } from '../../models/snPatchDiscriminator.ts'
import { AdversarialTrainer } from '../../training/adversarial/adversarialTrainer.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { sumOfLosses } from '../../training/losses/sumOfLosses.ts'
import { adam } from '../../training/optimizers/adam.ts'
import type { Optimizer } from '../../training/optimizers/optimizer.ts'
import type { Schedule } from '../../training/schedules/schedule.ts'
import { Trainer } from '../../training/trainer.ts'
import { completedPictures } from './completedPictures.ts'
import { type PerceptualOptions, perceptualLoss } from './perceptualLoss.ts'
import { bothStages, paintsTwice, refinedOnly, stagedLoss } from './stagedLoss.ts'

/** Options of `inpaintingTrainer`. */
export interface InpaintingTrainerOptions {
  readonly device: Device
  readonly batch: number
  /** Height and width of the pictures: a multiple of the model's `multipleOf`. */
  readonly size: number
  /** What the painted picture is compared by: `reconstructionLoss()` or `smoothRelativeLoss()`. */
  readonly reconstruction: Loss
  /** Adds a discriminator: what it weighs, its width, and its rate if it is another. */
  readonly adversarial?: {
    readonly weight: number
    readonly width?: number
    readonly learningRate?: Schedule | number
  }
  /** Adds a comparison by what a network sees, and what that weighs. */
  readonly perceptual?: PerceptualOptions & { readonly weight: number }
  /** Default Adam, with beta1 0.5 beside a discriminator. */
  readonly optimizer?: Optimizer
  readonly learningRate?: Schedule | number
  readonly clipNorm?: number
  readonly ema?: number
  readonly seed?: number
  readonly weights?: NamedTensors
}

/**
 * A trainer of an inpainter: by reconstruction alone, or by what a network sees and by a discriminator as well
 * (SN-PatchGAN, shown completed pictures). A network that paints twice, as DeepFill v2, answers for its first
 * picture by reconstruction. Batches are those of `inpaintingBatch`.
 * @throws SluiceError `usage` for a size that the model cannot take, and as `Trainer`
 */
export function inpaintingTrainer(model: Inpainter, options: InpaintingTrainerOptions): Trainer {
  const { device, batch, size, reconstruction, adversarial, perceptual, ...rest } = options
  if (!Number.isSafeInteger(size) || size < 1 || size % model.multipleOf !== 0) {
    throw new SluiceError('usage', 'the network cannot take pictures of this size', {
      expected: `a multiple of ${model.multipleOf}`,
      received: String(size),
    })
  }
  const last =
    perceptual === undefined
      ? reconstruction
      : sumOfLosses({
          reconstruction: { loss: reconstruction },
          perceptual: { loss: perceptualLoss(perceptual), weight: perceptual.weight },
        })
  const twice = paintsTwice(model)
  const trained = twice ? bothStages(model) : model
  const loss = twice ? stagedLoss(reconstruction, last) : last
  const input = [batch, 4, size, size]
  const beta = adversarial === undefined ? {} : { beta1: 0.5 }
  const common = { device, input, loss, optimizer: adam(beta), ...rest }
  if (adversarial === undefined) return new Trainer(trained, common)
  const { weight, width, learningRate } = adversarial
  return new AdversarialTrainer(trained, {
    ...common,
    adversary: {
      discriminator: snPatchDiscriminator(width === undefined ? {} : { width }),
      exhibition: twice ? refinedOnly(completedPictures) : completedPictures,
      weight,
      ...(learningRate === undefined ? {} : { learningRate }),
    },
  })
}
