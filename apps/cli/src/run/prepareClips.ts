import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import {
  type ClipDataset,
  type ClipSource,
  keepFrames,
  type Preprocessing,
  type Recording,
} from 'sluice/data'
import { storedSide } from '../clips/boundedSize.ts'
import { ClipCache } from '../clips/clipCache.ts'
import type { Skipped } from '../clips/findClips.ts'
import { isTensorPath, loadRecording } from '../clips/loadRecording.ts'
import { CACHE_BYTES, trimCache } from '../clips/trimCache.ts'
import { Pace } from '../terminal/pace.ts'
import { duration, plural } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { GridCensus } from './gridCensus.ts'
import { isReadingError, reasonOf } from './readingErrors.ts'

/** Decoded clips stay in memory up to this unless told otherwise; the rest is read again. */
const MEMORY_BYTES = 768 * 2 ** 20
/** Files decoded at the same time. */
const CONCURRENCY = 2

export interface PrepareOptions {
  readonly root: string
  /** How clips become inputs; for a network yet to be made, what is known of that. */
  readonly view: Preprocessing | OpenView
  /** A folder, `false` for none, `undefined` for the user's usual one. */
  readonly cache: string | false | undefined
  readonly terminal: Terminal
  /** Decoded clips kept in memory. Default 768 MiB. */
  readonly memoryBytes?: number
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
  const cache = options.cache === false ? undefined : new ClipCache(options.cache)
  const damaged: string[] = []
  const load = keepFrames(
    (item: ClipSource) =>
      loadRecording(resolve(root, item.path), {
        side: view.kind === 'tensor' ? 1 : storedSide(view.size),
        ...(view.kind === undefined || view.axes === undefined ? {} : { axes: view.axes }),
        ...(cache === undefined ? {} : { cache }),
        onDamage: (path) => damaged.push(path),
      }),
    options.memoryBytes ?? MEMORY_BYTES,
  )
  const pace = new Pace()
  const digests: (string | undefined)[] = new Array(dataset.items.length)
  const skipped: Skipped[] = []
  let done = 0
  const pending = dataset.items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of pending) {
      if (stop?.() === true) return
      try {
        const recording = await load(item)
        if ('kind' in recording) grids?.add(item.path, recording)
        digests[index] = digestOf(item, recording)
      } catch (error) {
        if (!isReadingError(error)) throw error
        skipped.push({ path: item.path, reason: reasonOf(error) })
      }
      done++
      pace.add(1)
      terminal.progress(
        () =>
          `reading clips ${done}/${dataset.items.length} · ${pace.perSecond.toFixed(0)} clips/s · ` +
          `${duration(pace.secondsFor(dataset.items.length - done))} left`,
      )
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  terminal.clear()
  if (cache !== undefined) await trimCache(cache.folder, CACHE_BYTES, Date.now())
  if (damaged.length > 0) {
    terminal.warn(
      `${plural(damaged.length, 'file is', 'files are')} damaged and used as far as readable, such as ${printable(damaged[0] ?? '')}`,
    )
  }
  const misfits = grids?.misfits() ?? new Map<string, string>()
  for (const [path, reason] of misfits) skipped.push({ path, reason })
  const items = dataset.items.filter(
    ({ path }, index) => digests[index] !== undefined && !misfits.has(path),
  )
  if (items.length === 0 && stop?.() !== true) throw nothingReadable(root, skipped)
  const fingerprint = createHash('sha256').update(digests.join('\n')).digest('hex')
  return { dataset: { ...dataset, items }, load, grids, skipped, fingerprint }
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

function digestOf(item: ClipSource, recording: Recording): string {
  const { count, height, width, duration: seconds } = recording
  const hash = createHash('sha256')
  hash.update(JSON.stringify([item.path, item.label, item.split, count, height, width, seconds]))
  if ('kind' in recording) return hash.update(bytesOf(recording.data)).digest('hex')
  return hash.update(bytesOf(recording.times)).update(recording.data).digest('hex')
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
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
