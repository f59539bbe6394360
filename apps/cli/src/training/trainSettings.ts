import { SluiceError } from 'sluice'
import {
  type Augmentation,
  type Counterparts,
  checkAxes,
  mildAugmentation,
  noAugmentation,
  preprocessing,
  readAugmentation,
  tensorAugmentation,
  type VideoPreprocessing,
} from 'sluice/data'
import { oneOf } from '../oneOf.ts'
import type { Source } from './fineTuning.ts'
import { type GivenLearning, type LearningSettings, learningFrom } from './learningSettings.ts'

/** Options of `sluice train` that decide the bits of the model, as given; missing ones have defaults. */
export interface GivenSettings extends GivenLearning {
  readonly frames?: number
  readonly axes?: string
  readonly size?: number
  readonly fps?: number
  readonly resize?: string
  readonly val?: number
  readonly groupBy?: string
  readonly augment?: string
  readonly mirror?: string
  readonly reverse?: string
  readonly model?: string
  readonly causal?: boolean
  readonly factorised?: boolean
  /** Path of the model or checkpoint to begin with. */
  readonly from?: string
  readonly seed?: number
  readonly relaxedSimd?: boolean
}

/** The same with every default filled in: what a run stores and a resumed one restores. */
export interface TrainSettings extends LearningSettings {
  /** Null: 8 of a video, all steps of arrays. */
  readonly frames: number | null
  /** Meaning of the axes of arrays; null: by rank. */
  readonly axes: string | null
  readonly size: number
  readonly fps: number
  readonly resize: VideoPreprocessing['resize']
  readonly val: number
  /** How clips are grouped by their paths; null: a list says, or nobody. */
  readonly groupBy: string | null
  /** `mild` is another thing for arrays than for videos. */
  readonly augment: Augmentation | 'mild'
  /** Classes that mirroring makes of one another: pairs, or `all` are symmetric. */
  readonly mirror: Counterparts | 'all'
  /** Classes that running backwards makes of one another. */
  readonly reverse: Counterparts | 'all'
  /** A preset's name, or the description that a file held. */
  readonly model: string | Readonly<Record<string, unknown>>
  readonly causal: boolean
  readonly factorised: boolean
  /** Hash of the file whose weights the run begins with; null: random ones. */
  readonly from: string | null
  /** Mean and deviation of colours as that file's network knows them; null: the usual ones. */
  readonly colours: Pick<VideoPreprocessing, 'mean' | 'std'> | null
  readonly seed: number
  readonly relaxedSimd: boolean
}

/** Network presets that `--model` knows by name. */
export const presetNames = ['tiny', 'small', 'base', 'spatioTemporalGatedConvNet'] as const

/** How settings get at files: handed in, so that tests need none. */
export interface SettingFiles {
  /** The JSON of a model description. */
  readonly description: (path: string) => Readonly<Record<string, unknown>>
  /** What `--from` names. */
  readonly source: (path: string) => Source
}

/**
 * Settings from what was given. A run that begins with another's weights takes its network from there,
 * and how it sees clips, where nothing else is said.
 * @throws SluiceError `usage` for a value that is not one of those allowed
 */
export function settingsFrom(given: GivenSettings, files: SettingFiles): TrainSettings {
  const source = given.from === undefined ? undefined : files.source(given.from)
  if (source !== undefined && given.model !== undefined) {
    throw new SluiceError('usage', '--model does not go with --from', {
      fix: 'leave --model out: the network is that of the file',
    })
  }
  const seen = source?.preprocessing
  const view: Partial<VideoPreprocessing> = seen?.kind === undefined ? (seen ?? {}) : {}
  const { mean, std } = view
  return {
    frames: given.frames ?? seen?.frames ?? null,
    axes: axesFrom(given.axes),
    size: given.size ?? view.size ?? 64,
    fps: given.fps ?? view.fps ?? 10,
    resize: oneOf('--resize', given.resize ?? view.resize ?? 'crop', ['crop', 'stretch']),
    val: given.val ?? 0.2,
    groupBy: given.groupBy ?? null,
    augment: augmentationFrom(given.augment ?? 'mild'),
    mirror: counterpartsFrom('--mirror', given.mirror),
    reverse: counterpartsFrom('--reverse', given.reverse),
    model: source?.model ?? modelFrom(given.model ?? 'small', files.description),
    causal: given.causal ?? false,
    factorised: given.factorised ?? false,
    ...learningFrom(given),
    from: source?.sha256 ?? null,
    colours: mean === undefined || std === undefined ? null : { mean, std },
    seed: given.seed ?? 0,
    relaxedSimd: given.relaxedSimd ?? false,
  }
}

/**
 * Refuses options that contradict the run which is to go on: going on with others would be a run
 * that nobody asked for, and silently ignoring them a lie.
 * @throws SluiceError `usage` naming each with both values
 */
export function requireAgreement(
  stored: TrainSettings,
  given: GivenSettings,
  files: SettingFiles,
): void {
  const wanted = settingsFrom({ ...learningOf(stored), ...given }, files)
  const differences: string[] = []
  for (const name of Object.keys(stored) as (keyof TrainSettings)[]) {
    // Colours are no option of their own: they come with `--from`.
    if (name === 'colours' || given[name] === undefined) continue
    const before = JSON.stringify(stored[name])
    const now = JSON.stringify(wanted[name])
    if (before !== now) differences.push(`${optionOf(name)}: the run has ${before}, given ${now}`)
  }
  if (differences.length === 0) return
  throw new SluiceError('usage', 'options contradict the run that is to go on', {
    received: differences.join('; '),
    fix: 'leave them out, or start a new run with another output',
  })
}

/** What decides whether an option goes with others: of the run that goes on, where nothing is given. */
function learningOf({ optimizer, schedule, earlyStop }: TrainSettings): GivenLearning {
  return { optimizer, schedule, ...(earlyStop === null ? {} : { earlyStop }) }
}

/** The preprocessing that settings ask for. */
export function preprocessingOf(settings: TrainSettings): VideoPreprocessing {
  const { frames, size, fps, resize, colours } = settings
  return preprocessing({ frames: frames ?? 8, size, fps, resize, ...colours })
}

/** The augmentation that settings ask for, on clips of one kind and these classes. */
export function augmentationOf(
  { augment, mirror, reverse }: TrainSettings,
  classes: readonly string[],
  arrays: boolean,
): Augmentation {
  const mild = arrays ? tensorAugmentation : mildAugmentation
  const pairs = (given: Counterparts | 'all'): Counterparts =>
    given === 'all' ? classes.map((name) => [name, name]) : given
  return {
    ...(augment === 'mild' ? mild : augment),
    mirror: pairs(mirror),
    reverse: pairs(reverse),
  }
}

/**
 * Refuses options about pixels where the clips are arrays.
 * @throws SluiceError `usage`
 */
export function requireArrayOptions(given: GivenSettings): void {
  const names = (['size', 'fps', 'resize'] as const).filter((name) => given[name] !== undefined)
  if (names.length === 0) return
  throw new SluiceError('usage', `${names.map(optionOf).join(', ')}: only for videos and images`, {
    received: 'clips that are arrays, which are seen on the grid and at the steps they have',
    fix: 'leave it out; --frames says how many steps the network sees',
  })
}

function axesFrom(text: string | undefined): string | null {
  if (text === undefined) return null
  const axes = text.toUpperCase()
  checkAxes(axes)
  return axes
}

function augmentationFrom(text: string): Augmentation | 'mild' {
  if (text === 'off') return noAugmentation
  if (text === 'mild') return 'mild'
  const strengths: Record<string, number> = {}
  for (const entry of text.split(',')) {
    const [name = '', value = ''] = entry.split('=').map((part) => part.trim())
    if (value === '' || Number.isNaN(Number(value))) {
      throw new SluiceError('usage', '--augment needs strengths', {
        expected: 'off, mild, or a list such as crop=0.1,scale=0.1,jitter=1',
        received: entry,
      })
    }
    strengths[name] = Number(value)
  }
  try {
    return readAugmentation(strengths, '--augment')
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    throw new SluiceError('usage', error.message, { cause: error })
  }
}

/** `left=right,wave`: classes that become each other, and one that stays what it is. */
function counterpartsFrom(option: string, text: string | undefined): Counterparts | 'all' {
  if (text === undefined) return []
  if (text === 'all') return 'all'
  const pairs = text.split(',').map((entry) => {
    const [a = '', b = a, ...more] = entry.split('=').map((name) => name.trim())
    if (a !== '' && b !== '' && more.length === 0) return [a, b]
    throw new SluiceError('usage', `${option} needs names of classes`, {
      expected: 'counterparts and symmetric classes, such as left=right,wave, or all',
      received: entry,
    })
  })
  try {
    return readAugmentation({ mirror: pairs }, option).mirror
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    throw new SluiceError('usage', error.message, { cause: error })
  }
}

function modelFrom(
  text: string,
  readDescription: (path: string) => Readonly<Record<string, unknown>>,
): TrainSettings['model'] {
  if (/\.json$/i.test(text)) return readDescription(text)
  return oneOf('--model', text, presetNames, ' or a .json file')
}

/** `weightDecay` as a person types it: `--weight-decay`. */
function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
