import { SluiceError } from 'sluice'
import {
  type Augmentation,
  type ClipDataset,
  classesWithout,
  counterpartLabels,
  countPerClass,
  dividedGroups,
  inputShape,
  type Preprocessing,
} from 'sluice/data'
import { chooseClips, readableOf } from '../clipSets/chooseClips.ts'
import { type PreparedClips, prepareClips, reportSkipped } from '../clipSets/prepareClips.ts'
import { groupClips } from '../clips/groupClips.ts'
import { isTensorPath } from '../clips/loadRecording.ts'
import { requireTrainable, type ScannedClips, scanClips } from '../clips/scanClips.ts'
import { plural } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import {
  augmentationOf,
  type GivenSettings,
  preprocessingOf,
  requireArrayOptions,
  type TrainSettings,
} from './trainSettings.ts'

/** Clips that can be read, divided, and how they become the network's input. */
export interface TrainingParts {
  readonly prepared: PreparedClips
  readonly train: ClipDataset
  readonly valid: ClipDataset
  readonly preprocessing: Preprocessing
  readonly augmentation: Augmentation
  /** Whether the clips have a test part, which training leaves alone. */
  readonly hasTest: boolean
}

export interface PartsOptions {
  /** A folder of clips or a list. */
  readonly clips: string
  readonly settings: TrainSettings
  /** As the person gave them, to refuse what does not apply. */
  readonly given: GivenSettings
  readonly cache: string | false | undefined
  readonly memoryBytes?: number
  readonly workers?: number
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** Called when the clips are known to be usable as far as their names tell, before any is decoded. */
  readonly onFound: (found: FoundClips) => void
}

/** Clips by their names alone. */
export interface FoundClips {
  /** To learn from, readable or not. */
  readonly train: ClipDataset
  /** How they become the input; of arrays only reading tells. */
  readonly preprocessing?: Preprocessing
}

/** Finds, divides and decodes the clips of a training run; undefined when interrupted. */
export async function readTrainingParts(options: PartsOptions): Promise<TrainingParts | undefined> {
  const { settings, terminal, signal } = options
  const found = await scanClips(options.clips)
  const scanned = settings.groupBy === null ? found : groupClips(found, settings.groupBy)
  const chosen = chooseClips(scanned, settings.val, settings.seed)
  const { classes } = scanned.dataset
  const plain = augmentationOf(settings, classes, false)
  for (const way of ['mirror', 'reverse'] as const) {
    counterpartLabels(plain[way], classes, `--${way}`)
  }
  requireClassWeights(settings, classes)
  const arrays = chosen.train.items.some(({ path }) => isTensorPath(path))
  const seen = arrays ? {} : { preprocessing: preprocessingOf(settings) }
  options.onFound({ train: chosen.train, ...seen })
  for (const note of scanned.notes) terminal.note(note)
  warnAboutGroups(scanned, terminal)
  const { axes, frames, size } = settings
  const stored = axes === null ? {} : { axes }
  const items = [...chosen.train.items, ...chosen.valid.items]
  const prepared = await prepareClips(
    { ...scanned.dataset, items },
    {
      root: scanned.root,
      view: { kind: 'open', size, ...stored },
      cache: options.cache,
      ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      terminal,
      stop: () => signal.aborted,
    },
  )
  if (signal.aborted) return undefined
  reportSkipped([...scanned.skipped, ...prepared.skipped], terminal)
  const train = readableOf(chosen.train, prepared.dataset)
  const valid = readableOf(chosen.valid, prepared.dataset)
  requireTrainable(train, options.clips)
  warnAboutCounts(train, valid, terminal)
  const { grids } = prepared
  const hasTest = scanned.splits.includes('test')
  const parts = { prepared, train, valid, hasTest }
  if (grids === undefined) {
    return { ...parts, preprocessing: preprocessingOf(settings), augmentation: plain }
  }
  requireArrayOptions(options.given)
  const preprocessing = grids.preprocessing(train.items, { frames, ...stored })
  const [channels, steps, height, width] = inputShape(preprocessing)
  terminal.note(
    `arrays of ${plural(channels, 'channel')}, ${grids.lengths()}, ${height}×${width}; ` +
      `the network sees ${plural(steps, 'step')}`,
  )
  return { ...parts, preprocessing, augmentation: augmentationOf(settings, classes, true) }
}

/** @throws SluiceError `usage` when there are more weights than classes, or fewer */
function requireClassWeights({ classWeights }: TrainSettings, classes: readonly string[]): void {
  if (typeof classWeights === 'string' || classWeights.length === classes.length) return
  throw new SluiceError('usage', '--class-weights needs one weight per class', {
    expected: `${classes.length}: ${classes.map(printable).join(', ')}`.slice(0, 200),
    received: `${classWeights.length}: ${classWeights.join(', ')}`.slice(0, 200),
  })
}

function warnAboutGroups({ dataset }: ScannedClips, terminal: Terminal): void {
  const divided = dividedGroups(dataset)
  const [first] = divided
  if (first === undefined) return
  const [group, splits] = first
  terminal.warn(
    `${plural(divided.size, 'group is', 'groups are')} in more than one split, such as ` +
      `"${printable(group)}" in ${splits.join(' and ')}: figures will be better than they should be`,
  )
}

/** From this many times as many clips as another on, a class drowns the other. */
const UNEVEN = 5

/** Says what counts of clips make of the figures to come. */
export function warnAboutCounts(train: ClipDataset, valid: ClipDataset, terminal: Terminal): void {
  const counts = countPerClass(train)
  const most = counts.indexOf(Math.max(...counts))
  const least = counts.indexOf(Math.min(...counts))
  const said = (label: number): string =>
    `${printable(train.classes[label] ?? '')} ${counts[label] ?? 0}`
  if ((counts[most] ?? 0) >= UNEVEN * (counts[least] ?? 0)) {
    terminal.warn(
      `very uneven classes, ${said(most)} to ${said(least)} clips: accuracy will favour the large ` +
        'ones; look at each class by itself',
    )
  }
  if (valid.items.length > 0) warnAboutClasses('validate', valid, terminal)
}

/** Says of which classes a part has no clips, so that its figures say nothing about them. */
export function warnAboutClasses(
  purpose: 'validate' | 'measure',
  part: ClipDataset,
  terminal: Terminal,
): void {
  const unseen = classesWithout(part)
  if (unseen.length === 0) return
  const few = unseen.slice(0, 5).map(printable).join(', ')
  terminal.warn(
    `no clip to ${purpose} ${plural(unseen.length, 'class', 'classes')}: ${few}` +
      (unseen.length > 5 ? ', …' : ''),
  )
}
