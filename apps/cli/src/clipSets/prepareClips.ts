import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import type { ClipDataset, ClipSource, Preprocessing, Recording } from 'sluice/data'
import { storedSide } from '../clips/boundedSize.ts'
import { ClipCache, cacheFolder } from '../clips/clipCache.ts'
import {
  type ClipFacts,
  type ClipMaker,
  type DecodingPlan,
  LocalClipMaker,
} from '../clips/clipMaker.ts'
import { ClipWorkers } from '../clips/clipWorkers.ts'
import { isTensorPath, loadRecording } from '../clips/loadRecording.ts'
import { CACHE_BYTES, trimCache } from '../clips/trimCache.ts'
import type { Skipped } from '../clips/walkFolders.ts'
import { Pace } from '../terminal/pace.ts'
import { duration, plural } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { GridCensus } from './gridCensus.ts'
import { isReadingError, reasonOf } from './readingErrors.ts'

/** Decoded clips stay in memory up to this unless told otherwise; the rest is read again. */
const MEMORY_BYTES = 768 * 2 ** 20
/** Threads that decode while another trains: beyond a few, the disk or ffmpeg is what is slow. */
const DEFAULT_WORKERS = Math.max(1, Math.min(4, availableParallelism() - 1))

export interface PrepareOptions {
  readonly root: string
  /** How clips become inputs; for a network yet to be made, what is known of that. */
  readonly view: Preprocessing | OpenView
  /** A folder, `false` for none, `undefined` for the user's usual one. */
  readonly cache: string | false | undefined
  readonly terminal: Terminal
  /** Decoded clips kept in memory. Default 768 MiB. */
  readonly memoryBytes?: number
  /** Threads that decode and make clips; 0 for none but this one. Default: up to 4. */
  readonly workers?: number
  /** Checked between files; true stops early. */
  readonly stop?: () => boolean
}

/** What is known of an input before the clips were seen: of videos all, of arrays little. */
export interface OpenView {
  readonly kind: 'open'
  /** Height and width of the network's input, of videos. */
  readonly size: number
  /** Meaning of the axes of arrays; by rank where absent. */
  readonly axes?: string
}

/** Clips that can be read, and how to get at them. */
export interface PreparedClips {
  readonly dataset: ClipDataset
  readonly load: (item: ClipSource) => Promise<Recording>
  /** Makes inputs of them, in threads of their own. */
  readonly maker: ClipMaker
  /** What the arrays are like, where the clips are arrays. */
  readonly grids: GridCensus | undefined
  readonly skipped: readonly Skipped[]
  /** Hash over names, labels, splits and pixels: equal fingerprints give equal training. */
  readonly fingerprint: string
}

/**
 * Decodes every clip once, so that unreadable ones are known, counted and left out before anything is
 * trained, and so that what follows runs from memory or the cache.
 * @throws SluiceError `data` when no clip can be read; the first reason is part of the message
 */
export async function prepareClips(
  dataset: ClipDataset,
  options: PrepareOptions,
): Promise<PreparedClips> {
  const { root, terminal, stop, view } = options
  const grids = censusFor(dataset, view, root)
  const plan = planOf(options)
  const workers = options.workers ?? DEFAULT_WORKERS
  const maker = workers === 0 ? new LocalClipMaker(plan) : new ClipWorkers(plan, workers)
  const { items } = dataset
  const facts: (ClipFacts | undefined)[] = new Array(items.length)
  const reasons: (string | undefined)[] = new Array(items.length)
  const pace = new Pace()
  let done = 0
  const pending = items.entries()
  const reader = async (): Promise<void> => {
    for (const [index, item] of pending) {
      if (stop?.() === true) return
      try {
        facts[index] = await maker.inspect(item)
      } catch (error) {
        if (!isReadingError(error)) throw error
        reasons[index] = reasonOf(error)
      }
      done++
      pace.add(1)
      terminal.progress(
        () =>
          `reading clips ${done}/${items.length} · ${pace.perSecond.toFixed(0)} clips/s · ` +
          `${duration(pace.secondsFor(items.length - done))} left`,
      )
    }
  }
  // Twice as many as there are threads, so that none waits for the next.
  await Promise.all(Array.from({ length: Math.max(2, workers * 2) }, reader))
  terminal.clear()
  if (plan.cache !== null) await trimCache(plan.cache, CACHE_BYTES, Date.now())
  reportDamage(dataset, facts, terminal)
  // In the order of the data set, whatever order they were read in.
  items.forEach(({ path }, index) => {
    const grid = facts[index]?.grid
    if (grid !== undefined) grids?.add(path, grid)
  })
  const misfits = grids?.misfits() ?? new Map<string, string>()
  const skipped = items.flatMap(({ path }, index): Skipped[] => {
    const reason = reasons[index] ?? misfits.get(path)
    return reason === undefined ? [] : [{ path, reason }]
  })
  const readable = items.filter(({ path }, index) => facts[index] && !misfits.has(path))
  if (readable.length === 0 && stop?.() !== true) throw nothingReadable(root, skipped)
  const digests = facts.map((known) => known?.digest)
  const fingerprint = createHash('sha256').update(digests.join('\n')).digest('hex')
  const load = loaderFor(plan)
  return { dataset: { ...dataset, items: readable }, load, maker, grids, skipped, fingerprint }
}

function planOf({ root, view, cache, memoryBytes = MEMORY_BYTES }: PrepareOptions): DecodingPlan {
  return {
    root,
    side: view.kind === 'tensor' ? 1 : storedSide(view.size),
    axes: view.kind === undefined ? null : (view.axes ?? null),
    cache: cache === false ? null : (cache ?? cacheFolder()),
    memoryBytes,
  }
}

/** Loads single recordings, for what wants to see them as they are. */
function loaderFor({ root, side, axes, cache }: DecodingPlan): PreparedClips['load'] {
  const kept = cache === null ? {} : { cache: new ClipCache(cache) }
  const stored = axes === null ? {} : { axes }
  return ({ path }) => loadRecording(resolve(root, path), { side, ...stored, ...kept })
}

function reportDamage(
  { items }: ClipDataset,
  facts: readonly (ClipFacts | undefined)[],
  terminal: Terminal,
): void {
  const damaged = items.filter((_, index) => (facts[index]?.damage.length ?? 0) > 0)
  const [first] = damaged
  if (first === undefined) return
  terminal.warn(
    `${plural(damaged.length, 'file is', 'files are')} damaged and used as far as readable, such as ${printable(first.path)}`,
  )
}

/** `--cache <folder>`, `--no-cache` or neither, as commander gives them. */
export function cacheOf(option: string | boolean): string | false | undefined {
  return option === true ? undefined : option
}

/** Says how many clips were left out and why, the first few by name. */
export function reportSkipped(skipped: readonly Skipped[], terminal: Terminal): void {
  if (skipped.length === 0) return
  const shown = skipped.slice(0, 3).map(({ path, reason }) => `\n  ${printable(path)}: ${reason}`)
  const rest = skipped.length - shown.length
  terminal.warn(
    `skipped ${plural(skipped.length, 'entry', 'entries')} that cannot be used:${shown.join('')}` +
      (rest > 0 ? `\n  and ${rest} more` : ''),
  )
}

/**
 * The census of a data set of arrays; undefined for one of videos.
 * @throws SluiceError `data` when it has both, or not what the model was made for
 */
function censusFor(
  { items }: ClipDataset,
  view: Preprocessing | OpenView,
  where: string,
): GridCensus | undefined {
  const arrays = items.filter(({ path }) => isTensorPath(path))
  const wanted = view.kind === 'open' ? items.length : view.kind === 'tensor' ? items.length : 0
  if (arrays.length === 0 && view.kind !== 'tensor') return undefined
  if (arrays.length === items.length && wanted > 0) {
    return new GridCensus(view.kind === 'tensor' ? view : undefined)
  }
  throw new SluiceError(
    'data',
    view.kind === 'open'
      ? 'arrays and videos cannot be clips of one network'
      : 'the model was made for another kind of clip',
    {
      where,
      expected: view.kind === undefined ? 'videos or images' : 'arrays only',
      received: `${arrays.length} of ${items.length} clips are arrays`,
    },
  )
}

function nothingReadable(root: string, skipped: readonly Skipped[]): SluiceError {
  const [first] = skipped
  return new SluiceError('data', 'none of the clips can be read', {
    where: root,
    ...(first === undefined ? {} : { received: `${first.path}: ${first.reason}` }),
  })
}
