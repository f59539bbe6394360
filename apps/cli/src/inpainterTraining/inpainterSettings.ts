import { SluiceError } from 'sluice'
import { checkViews, type MaskShape, maskShapes } from 'sluice/inpainting'
import { oneOf } from '../oneOf.ts'

/** Options of `sluice train-inpainter` that decide the bits of the model, as given. */
export interface GivenInpainterSettings {
  readonly network?: string
  readonly channels?: readonly number[]
  readonly width?: number
  readonly crop?: number
  readonly views?: readonly number[]
  readonly augment?: string
  readonly hole?: readonly number[]
  readonly shapes?: readonly string[]
  readonly canvas?: number
  readonly val?: number
  readonly validSize?: number
  readonly validEvery?: number
  readonly batch?: number
  readonly steps?: number
  readonly learningRate?: number
  readonly beta2?: number
  readonly schedule?: string
  readonly milestones?: readonly number[]
  readonly gamma?: number
  readonly warmup?: number
  readonly clipNorm?: number
  readonly ema?: number
  readonly loss?: string
  readonly holeWeight?: number
  readonly validWeight?: number
  readonly adversarial?: number | true
  readonly discriminatorWidth?: number
  readonly discriminatorRate?: number
  readonly perceptual?: number | true
  /** Path of the model or checkpoint to begin with. */
  readonly from?: string
  readonly seed?: number
  readonly relaxedSimd?: boolean
}

/** The same with every default filled in: what a run stores and a resumed one restores. */
export interface InpainterSettings {
  /** A network's name, or the description that a file held. */
  readonly network: InpainterName | Readonly<Record<string, unknown>>
  /** Of `inpainter`; null: its own default. */
  readonly channels: readonly number[] | null
  /** Of `deepFillV2`; null: its own default. */
  readonly width: number | null
  readonly crop: number
  readonly views: readonly [number, number]
  readonly augment: (typeof augmentations)[number]
  readonly hole: readonly [number, number]
  readonly shapes: readonly MaskShape[]
  readonly canvas: number
  readonly val: number
  readonly validSize: number
  readonly validEvery: number
  readonly batch: number
  readonly steps: number
  readonly learningRate: number
  readonly beta2: number
  readonly schedule: (typeof schedules)[number]
  readonly milestones: readonly number[]
  readonly gamma: number
  readonly warmup: number
  readonly clipNorm: number
  readonly ema: number
  readonly loss: (typeof losses)[number]
  readonly holeWeight: number
  readonly validWeight: number
  /** What the discriminator's judgement weighs; 0: there is none. */
  readonly adversarial: number
  readonly discriminatorWidth: number
  /** Null: that of the network. */
  readonly discriminatorRate: number | null
  /** What the comparison by features weighs; 0: there is none. */
  readonly perceptual: number
  /** Hash of the file whose weights the run begins with; null: fresh ones. */
  readonly from: string | null
  readonly seed: number
  readonly relaxedSimd: boolean
}

export const inpainterNames = ['inpainter', 'deepFillV2'] as const
export type InpainterName = (typeof inpainterNames)[number]
const augmentations = ['off', 'mild', 'strong'] as const
const schedules = ['cosine', 'constant', 'multi-step'] as const
const losses = ['l1', 'smooth-relative', 'smooth-relative-l1'] as const

/** How settings get at files: handed in, so that tests need none. */
export interface InpainterFiles {
  /** The JSON of a network's description. */
  readonly description: (path: string) => Readonly<Record<string, unknown>>
  /** The network and the hash of what `--from` names. */
  readonly source: (path: string) => {
    readonly model: Readonly<Record<string, unknown>>
    readonly sha256: string
  }
}

/**
 * Settings from what was given.
 * @throws SluiceError `usage` for a value that is not one of those allowed, or an option that would be ignored
 */
export function inpainterSettingsFrom(
  given: GivenInpainterSettings,
  files: InpainterFiles,
): InpainterSettings {
  const source = given.from === undefined ? undefined : files.source(given.from)
  refuse('--network', source !== undefined && given.network !== undefined, 'no --from')
  const network = source?.model ?? networkFrom(given.network ?? 'inpainter', files)
  refuse(
    '--channels',
    given.channels !== undefined && network !== 'inpainter',
    '--network inpainter',
  )
  refuse('--width', given.width !== undefined && network !== 'deepFillV2', '--network deepFillV2')
  const schedule = oneOf('--schedule', given.schedule ?? 'cosine', schedules)
  const falls = schedule === 'multi-step'
  refuse('--milestones', given.milestones !== undefined && !falls, '--schedule multi-step')
  refuse('--gamma', given.gamma !== undefined && !falls, '--schedule multi-step')
  const loss = oneOf('--loss', given.loss ?? 'l1', losses)
  refuse('--hole-weight', given.holeWeight !== undefined && loss !== 'l1', '--loss l1')
  refuse('--valid-weight', given.validWeight !== undefined && loss !== 'l1', '--loss l1')
  const adversarial = weightOf(given.adversarial, 0.1)
  const alone = adversarial === 0
  refuse('--discriminator-width', given.discriminatorWidth !== undefined && alone, '--adversarial')
  refuse('--discriminator-rate', given.discriminatorRate !== undefined && alone, '--adversarial')
  const { steps = 5000, crop = 128 } = given
  const views = pairFrom('--views', given.views ?? [1, 4])
  checkViews({ size: crop, views })
  return {
    network,
    channels: given.channels ?? null,
    width: given.width ?? null,
    crop,
    views,
    augment: oneOf('--augment', given.augment ?? 'mild', augmentations),
    hole: holeFrom(given.hole ?? [0.1, 0.5]),
    shapes: (given.shapes ?? maskShapes).map((shape) => oneOf('--shapes', shape, maskShapes)),
    canvas: given.canvas ?? 1,
    val: given.val ?? 0.1,
    validSize: given.validSize ?? Math.max(256, crop),
    validEvery: Math.min(steps, given.validEvery ?? 500),
    batch: given.batch ?? 8,
    steps,
    learningRate: given.learningRate ?? (network === 'deepFillV2' ? 1e-4 : 1e-3),
    beta2: given.beta2 ?? 0.999,
    schedule,
    milestones: given.milestones ?? [Math.round(steps / 2), Math.round((3 * steps) / 4)],
    gamma: given.gamma ?? 0.1,
    warmup: given.warmup ?? 100,
    clipNorm: given.clipNorm ?? 1,
    ema: given.ema ?? 0.998,
    loss,
    holeWeight: given.holeWeight ?? 6,
    validWeight: given.validWeight ?? 1,
    adversarial,
    discriminatorWidth: given.discriminatorWidth ?? 64,
    discriminatorRate: given.discriminatorRate ?? null,
    perceptual: weightOf(given.perceptual, 0.05),
    from: source?.sha256 ?? null,
    seed: given.seed ?? 0,
    relaxedSimd: given.relaxedSimd ?? false,
  }
}

/**
 * Refuses options that contradict the run which is to go on.
 * @throws SluiceError `usage` naming each with both values
 */
export function requireInpainterAgreement(
  stored: InpainterSettings,
  given: GivenInpainterSettings,
  files: InpainterFiles,
): void {
  // What decides whether an option goes with others is the run's, where nothing is given.
  const { schedule, loss, adversarial, steps, crop } = stored
  const network = typeof stored.network === 'string' ? { network: stored.network } : {}
  const own = given.from === undefined ? network : {}
  const wanted = inpainterSettingsFrom(
    { ...own, schedule, loss, adversarial, steps, crop, ...given },
    files,
  )
  const names = Object.keys(stored) as (keyof InpainterSettings)[]
  const differences = names.flatMap((name) => {
    if (given[name] === undefined) return []
    const [before, now] = [JSON.stringify(stored[name]), JSON.stringify(wanted[name])]
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return before === now ? [] : [`${option}: the run has ${before}, given ${now}`]
  })
  if (differences.length === 0) return
  throw new SluiceError('usage', 'options contradict the run that is to go on', {
    received: differences.join('; '),
    fix: 'leave them out, or start a new run with another output',
  })
}

/** Refuses an option that another one makes meaningless. */
function refuse(option: string, ignored: boolean, only: string): void {
  if (!ignored) return
  throw new SluiceError('usage', `${option} would be ignored`, { fix: `use it with ${only}` })
}

function networkFrom(text: string, files: InpainterFiles): InpainterSettings['network'] {
  if (/\.json$/i.test(text)) return files.description(text)
  return oneOf('--network', text, inpainterNames, ' or a .json file')
}

/** An option that may stand alone. */
function weightOf(given: number | true | undefined, usual: number): number {
  return given === true ? usual : (given ?? 0)
}

function pairFrom(option: string, given: readonly number[]): readonly [number, number] {
  const [first, second = first, ...more] = given
  if (first !== undefined && second !== undefined && more.length === 0) return [first, second]
  throw new SluiceError('usage', `${option} needs two numbers`, { received: given.join(',') })
}

function holeFrom(given: readonly number[]): readonly [number, number] {
  const [least, most] = pairFrom('--hole', given)
  if (least >= 0 && most > least && most <= 1) return [least, most]
  throw new SluiceError('usage', 'there are no such holes', {
    expected: '--hole <least>,<most>: parts of a picture from 0 to 1, the second larger',
    received: given.join(','),
  })
}
