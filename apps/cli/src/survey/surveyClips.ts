import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { ClipDataset, ClipSource, Frames, Recording } from 'sluice/data'
import { isReadingError, reasonOf } from '../clipSets/readingErrors.ts'
import { storedSide } from '../clips/boundedSize.ts'
import { ClipCache } from '../clips/clipCache.ts'
import { type ClipKind, clipFacts } from '../clips/clipFacts.ts'
import { loadRecording } from '../clips/loadRecording.ts'
import { CACHE_BYTES, trimCache } from '../clips/trimCache.ts'
import type { Skipped } from '../clips/walkFolders.ts'
import { evenly } from '../pictures/clipFrames.ts'
import type { Pixels } from '../pictures/pixels.ts'
import { Pace } from '../terminal/pace.ts'
import { duration } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { signatureOf } from './nearness.ts'
import { thumbnails } from './thumbnails.ts'

/** What was found out about one clip by decoding it. */
export interface SurveyedClip {
  readonly item: ClipSource
  readonly kind: ClipKind
  readonly frames: number
  /** Seconds; of arrays, steps. */
  readonly length: number
  /** Frames per second of a recording; undefined where nothing states it. */
  readonly fps: number | undefined
  /** The longest time between frames is more than half as long again as the usual one. */
  readonly uneven: boolean
  readonly width: number
  readonly height: number
  /** SHA-256 of what was decoded: equal for equal content, however it is stored or called. */
  readonly content: string
  /** What the decoder complained about and went on. */
  readonly damage: readonly string[]
  /** For nearly equal content; only if asked for. */
  readonly signature: Float32Array | undefined
  /** Some frames; only of clips that were asked for. */
  readonly pictures: readonly Pixels[]
}

export interface SurveyOptions {
  readonly root: string
  readonly axes?: string
  readonly cache: string | false | undefined
  readonly terminal: Terminal
  /** Whether to keep what tells nearly equal clips. */
  readonly near: boolean
  /** Of which clips to keep frames. */
  readonly pictured: ReadonlySet<ClipSource>
}

/** Clips that could be decoded, and those that could not, with reasons. */
export interface Survey {
  readonly clips: readonly SurveyedClip[]
  readonly skipped: readonly Skipped[]
}

/** As training decodes clips of its usual size, so that it finds them in the cache. */
const SIDE = storedSide(64)
const CONCURRENCY = 2

/** Decodes every clip once and keeps what is to be known of it, in the order of the data set. */
export async function surveyClips(dataset: ClipDataset, options: SurveyOptions): Promise<Survey> {
  const { terminal } = options
  const cache = options.cache === false ? undefined : new ClipCache(options.cache)
  const found: (SurveyedClip | undefined)[] = new Array(dataset.items.length)
  const skipped: Skipped[] = []
  const pace = new Pace()
  let done = 0
  const pending = dataset.items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of pending) {
      try {
        found[index] = await surveyClip(item, options, cache)
      } catch (error) {
        if (!isReadingError(error)) throw error
        skipped.push({ path: item.path, reason: reasonOf(error) })
      }
      done++
      pace.add(1)
      const left = dataset.items.length - done
      terminal.progress(
        () =>
          `reading clips ${done}/${dataset.items.length} · ${pace.perSecond.toFixed(0)} clips/s · ` +
          `${duration(pace.secondsFor(left))} left`,
      )
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  terminal.clear()
  if (cache !== undefined) await trimCache(cache.folder, CACHE_BYTES, Date.now())
  return { clips: found.filter((clip) => clip !== undefined), skipped }
}

async function surveyClip(
  item: ClipSource,
  { root, axes, near, pictured }: SurveyOptions,
  cache: ClipCache | undefined,
): Promise<SurveyedClip> {
  const path = resolve(root, item.path)
  const damage: string[] = []
  const recording = await loadRecording(path, {
    side: SIDE,
    ...(axes === undefined ? {} : { axes }),
    ...(cache === undefined ? {} : { cache }),
    onDamage: (_, complaints) => damage.push(...complaints),
  })
  const { kind, size = recording } = await clipFacts(path)
  return {
    ...{ item, kind, damage },
    ...{ frames: recording.count, length: recording.duration },
    ...('kind' in recording ? { fps: undefined, uneven: false } : rateOf(recording, kind)),
    ...{ width: size.width, height: size.height },
    content: contentOf(recording),
    signature: near ? signatureOf(recording) : undefined,
    pictures: pictured.has(item) ? evenly(thumbnails(recording), PICTURES) : [],
  }
}

/** Frames shown of a clip. */
export const PICTURES = 4

/** Folders of images do not say how fast they are; a single frame has no rate. */
function rateOf({ times }: Frames, kind: ClipKind): Pick<SurveyedClip, 'fps' | 'uneven'> {
  const gaps = [...times.subarray(1)].map((time, i) => time - (times[i] ?? 0)).sort((a, b) => a - b)
  const usual = gaps[(gaps.length - 1) >> 1] ?? 0
  if (usual <= 0) return { fps: undefined, uneven: false }
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const fps = kind === 'images' ? undefined : 1 / mean
  return { fps, uneven: (gaps.at(-1) ?? 0) > 1.5 * usual }
}

function contentOf(recording: Recording): string {
  const { count, height, width, data } = recording
  const hash = createHash('sha256').update(`${count} ${height} ${width} ${'kind' in recording}`)
  return hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex')
}
