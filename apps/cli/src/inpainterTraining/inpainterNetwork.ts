import {
  type Device,
  deepFillV2,
  gatedFill,
  type Inpainter,
  isInpainter,
  moduleFromDescription,
  type NamedTensors,
  SluiceError,
} from 'sluice'
import {
  inpaintingTrainer,
  mildPictures,
  type PictureSettings,
  plainPictures,
  reconstructionLoss,
  smoothRelativeLoss,
  startingWeights,
  strongPictures,
} from 'sluice/inpainting'
import {
  adam,
  constant,
  cosine,
  type Loss,
  multiStep,
  type Schedule,
  type Trainer,
  warmup,
} from 'sluice/training'
import type { InpainterSettings } from './inpainterSettings.ts'
import { perceptualNetwork } from './perceptualNetwork.ts'

/**
 * The network that settings ask for.
 * @throws SluiceError `usage` or `format` when it cannot be made, or is no inpainter
 */
export function inpainterFor({ network, channels, width, from }: InpainterSettings): Inpainter {
  if (network === 'inpainter') return gatedFill(channels === null ? {} : { channels })
  if (network === 'deepFillV2') return deepFillV2(width === null ? {} : { width })
  const where = from === null ? '--network' : '--from'
  const model = moduleFromDescription(network, where)
  if (isInpainter(model)) return model
  throw new SluiceError('usage', 'this network does not fill holes', {
    where,
    expected: 'an inpainter: [N, 4, H, W], picture and mask, to [N, 3, H, W]',
    received: model.type,
    fix: 'wrap it: {"type":"inpainter","multipleOf":…,"body":…}',
  })
}

/**
 * The trainer that settings ask for.
 * @param weights to begin with, instead of fresh ones
 * @throws SluiceError `usage` or `shape` for what does not fit, `limit` for what needs more memory than there is
 */
export function inpainterTrainerFor(
  settings: InpainterSettings,
  device: Device,
  weights: NamedTensors | undefined,
): Trainer {
  const { batch, crop: size, seed, clipNorm, ema, beta2 } = settings
  const { adversarial, discriminatorWidth, discriminatorRate } = settings
  const model = inpainterFor(settings)
  const fresh = settings.network === 'inpainter' ? startingWeights(model, seed) : undefined
  const begin = weights ?? fresh
  return inpaintingTrainer(model, {
    ...{ device, batch, size, seed, clipNorm, ema },
    optimizer: adam({ beta1: adversarial > 0 ? 0.5 : 0.9, beta2 }),
    learningRate: scheduleFor(settings, settings.learningRate),
    reconstruction: reconstructionFor(settings),
    ...(adversarial === 0
      ? {}
      : {
          adversarial: {
            weight: adversarial,
            width: discriminatorWidth,
            learningRate: scheduleFor(settings, discriminatorRate ?? settings.learningRate),
          },
        }),
    ...(settings.perceptual === 0
      ? {}
      : { perceptual: { ...perceptualNetwork(), weight: settings.perceptual } }),
    ...(begin === undefined ? {} : { weights: begin }),
  })
}

function reconstructionFor({ loss, holeWeight, validWeight }: InpainterSettings): Loss {
  if (loss === 'l1') return reconstructionLoss({ hole: holeWeight, valid: validWeight })
  return smoothRelativeLoss({ error: loss === 'smooth-relative' ? 'squared' : 'absolute' })
}

/** A linear warm-up, then what is left of the run by the schedule asked for. */
function scheduleFor(settings: InpainterSettings, learningRate: number): Schedule {
  const { schedule, steps, milestones, gamma } = settings
  const rising = Math.min(settings.warmup, steps - 1)
  const after = (): Schedule => {
    if (schedule === 'constant') return constant(learningRate)
    if (schedule === 'cosine') return cosine({ learningRate, steps: steps - rising })
    // Steps are counted from the start of the run, warm-up and all.
    const falls = milestones.map((step) => step - rising).filter((step) => step > 0)
    return multiStep({ learningRate, gamma, milestones: falls })
  }
  return rising > 0 ? warmup(rising, after()) : after()
}

/** How pictures and masks are made of photographs. */
export function pictureSettingsOf(settings: InpainterSettings): PictureSettings {
  const { crop: size, views, hole: share, shapes, canvas, seed, augment } = settings
  const augmentation = { off: plainPictures, mild: mildPictures, strong: strongPictures }[augment]
  return { size, views, augmentation, share, shapes, canvas, seed }
}
