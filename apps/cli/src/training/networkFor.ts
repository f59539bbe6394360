import {
  clipClassifier,
  type Module,
  type ModuleDescription,
  moduleFromDescription,
  SluiceError,
  spatioTemporalGatedConvNet,
} from 'sluice'
import { withOutputs } from './fineTuning.ts'
import type { TrainSettings } from './trainSettings.ts'

/**
 * The network that settings ask for, with one output per class, for
 * clips of so many channels. A description file may leave out
 * what has a default, and the number of classes, which the clips say.
 * @throws SluiceError `usage` or `format` when it cannot be made
 */
export function networkFor(settings: TrainSettings, classes: number, inChannels = 3): Module {
  const { model, causal, factorised } = settings
  if (model === 'spatioTemporalGatedConvNet') {
    requirePlain(settings, model)
    return spatioTemporalGatedConvNet({ classes, inChannels })
  }
  if (model === 'tiny' || model === 'small' || model === 'base') {
    return clipClassifier({ classes, inChannels, preset: model, causal, factorised })
  }
  if (typeof model === 'string') {
    throw new SluiceError('usage', `--model does not know "${model}"`)
  }
  requirePlain(settings, 'a description')
  if (settings.from !== null) return moduleFromDescription(withOutputs(model, classes), '--from')
  return moduleFromDescription(withDefaults(model, classes, inChannels), '--model')
}

/** What the two whole networks leave to their defaults; other descriptions stay as they are. */
function withDefaults(
  description: Readonly<Record<string, unknown>>,
  classes: number,
  inChannels: number,
): Readonly<Record<string, unknown>> {
  if (description.classes !== undefined && description.classes !== classes) {
    throw new SluiceError('usage', 'the description has another number of classes than the clips', {
      where: '--model',
      expected: `${classes} classes`,
      received: JSON.stringify(description.classes),
      fix: 'leave "classes" out of the description; the clips say it',
    })
  }
  const { preset, ...given } = description
  let defaults: ModuleDescription | undefined
  if (description.type === 'clipClassifier') {
    const known = (['tiny', 'small', 'base'] as const).find((name) => name === preset)
    if (preset !== undefined && known === undefined) {
      throw new SluiceError('usage', 'there is no such preset', {
        where: '--model',
        expected: 'tiny, small, base',
        received: JSON.stringify(preset),
      })
    }
    defaults = clipClassifier({
      classes,
      inChannels,
      ...(known === undefined ? {} : { preset: known }),
    }).describe()
  } else if (description.type === 'spatioTemporalGatedConvNet') {
    defaults = spatioTemporalGatedConvNet({ classes, inChannels }).describe()
  }
  return defaults === undefined ? description : { ...defaults, ...given }
}

/** `--causal` and `--factorised` are options of clipClassifier's presets; elsewhere they would be ignored. */
function requirePlain({ causal, factorised }: TrainSettings, model: string): void {
  if (!causal && !factorised) return
  throw new SluiceError(
    'usage',
    `${causal ? '--causal' : '--factorised'} does not apply to ${model}`,
    {
      fix: 'use it with --model tiny, small or base, or write it into the description',
    },
  )
}
