import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Random, SluiceError } from 'sluice'
import type { PictureSettings } from 'sluice/inpainting'
import { isReadingError, reasonOf } from '../clipSets/readingErrors.ts'
import type { Skipped } from '../clips/walkFolders.ts'
import { Pace } from '../terminal/pace.ts'
import { duration } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { FoundPhoto } from './listPhotos.ts'
import { LocalPhotoMaker, type PhotoFacts, type PhotoMaker, type PhotoPlan } from './photoMaker.ts'
import { PhotoWorkers } from './photoWorkers.ts'

/** Decoded photographs stay in memory up to this unless told otherwise; the rest is decoded again. */
const MEMORY_BYTES = 768 * 2 ** 20
const DEFAULT_WORKERS = Math.max(1, Math.min(4, availableParallelism() - 1))

/** A photograph that can be used. */
export interface ReadPhoto extends PhotoFacts {
  readonly path: string
}

/** Photographs that can be used, divided, and who makes pictures of them. */
export interface PreparedPhotos {
  readonly train: readonly ReadPhoto[]
  readonly valid: readonly ReadPhoto[]
  readonly maker: PhotoMaker
  readonly skipped: readonly Skipped[]
  /** Hash over names, division and pixels: equal fingerprints give equal training. */
  readonly fingerprint: string
}

export interface PreparePhotosOptions {
  readonly root: string
  readonly settings: PictureSettings
  readonly shortSide: number
  /** Part of the photographs that validates, where no folder says. */
  readonly val: number
  readonly memoryBytes: number | undefined
  readonly workers: number | undefined
  readonly terminal: Terminal
  /** Checked between files; true stops early. */
  readonly stop: () => boolean
}

/**
 * Decodes every photo once, so that those which cannot be used (unreadable, too small, there twice) are known,
 * counted and left out before anything is trained.
 * @throws SluiceError `data` when nothing to train on is left; the first reason is part of the message
 */
export async function preparePhotos(
  found: readonly FoundPhoto[],
  options: PreparePhotosOptions,
): Promise<PreparedPhotos> {
  const { root, settings, val } = options
  const photos = found.filter(({ part }) => part !== 'test')
  const maker = makerFor(options)
  const looked = await lookAtAll(photos, maker, options)
  const known = new Map<string, string>()
  const skipped: Skipped[] = []
  const usable = photos.flatMap(({ path, part }, index) => {
    const facts = looked[index]
    if (facts === undefined) return []
    const reason = 'reason' in facts ? facts.reason : faultOf(facts, settings.size, known)
    if ('reason' in facts || reason !== undefined) {
      skipped.push({ path, reason: reason ?? '' })
      return []
    }
    known.set(facts.digest, path)
    return [{ path, part, ...facts }]
  })
  const given = usable.some(({ part }) => part === 'valid')
  const chosen = given
    ? new Set(usable.filter(({ part }) => part === 'valid').map(({ path }) => path))
    : heldOut(usable, val, settings.seed)
  const train = usable.filter(({ path }) => !chosen.has(path))
  const valid = usable.filter(({ path }) => chosen.has(path))
  if (train.length === 0 && !options.stop()) throw nothingLeft(root, skipped)
  const hash = createHash('sha256')
  for (const { path, digest } of [...train, { path: '—', digest: '' }, ...valid]) {
    hash.update(`${path}\n${digest}\n`)
  }
  return { train, valid, maker, skipped, fingerprint: hash.digest('hex') }
}

function makerFor(options: PreparePhotosOptions): PhotoMaker {
  const { root, shortSide, settings, memoryBytes = MEMORY_BYTES } = options
  const plan: PhotoPlan = { root, shortSide, memoryBytes, settings }
  const workers = options.workers ?? DEFAULT_WORKERS
  return workers === 0 ? new LocalPhotoMaker(plan) : new PhotoWorkers(plan, workers)
}

type Looked = PhotoFacts | { readonly reason: string } | undefined

async function lookAtAll(
  photos: readonly FoundPhoto[],
  maker: PhotoMaker,
  { terminal, stop, workers = DEFAULT_WORKERS }: PreparePhotosOptions,
): Promise<Looked[]> {
  const looked: Looked[] = new Array(photos.length).fill(undefined)
  const pace = new Pace()
  let done = 0
  const pending = photos.entries()
  const reader = async (): Promise<void> => {
    for (const [index, { path }] of pending) {
      if (stop()) return
      try {
        looked[index] = await maker.inspect(path)
      } catch (error) {
        if (!isReadingError(error)) throw error
        looked[index] = { reason: reasonOf(error) }
      }
      done++
      pace.add(1)
      terminal.progress(
        () =>
          `reading photos ${done}/${photos.length} · ${pace.perSecond.toFixed(1)} photos/s · ` +
          `${duration(pace.secondsFor(photos.length - done))} left`,
      )
    }
  }
  // Twice as many as there are threads, so that none waits for the next.
  await Promise.all(Array.from({ length: Math.max(2, workers * 2) }, reader))
  terminal.clear()
  return looked
}

/** Why a photograph that can be read is not used. */
function faultOf(
  { width, height, digest }: PhotoFacts,
  size: number,
  known: ReadonlyMap<string, string>,
): string | undefined {
  if (Math.min(width, height) < size)
    return `${width}×${height} pixels, and crops have ${size}×${size}`
  const same = known.get(digest)
  return same === undefined ? undefined : `the same picture as ${same}`
}

/** Photographs that only validate, drawn from the seed: at least one, if there are two or more. */
function heldOut(photos: readonly ReadPhoto[], val: number, seed: number): ReadonlySet<string> {
  if (val === 0 || photos.length < 2) return new Set()
  const order = new Random(seed, 'validation photographs').shuffle(photos.map(({ path }) => path))
  return new Set(order.slice(0, Math.max(1, Math.round(val * photos.length))))
}

function nothingLeft(root: string, skipped: readonly Skipped[]): SluiceError {
  const [first] = skipped
  return new SluiceError('data', 'there is no photo to train on', {
    where: root,
    ...(first === undefined ? {} : { received: `${first.path}: ${first.reason}` }),
    fix: 'add photos to the folder, or make --crop smaller',
  })
}
