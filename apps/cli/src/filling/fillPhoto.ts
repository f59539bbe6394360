import type { FillPlan, FillProgress, HoleFiller, PlanOptions, Size } from 'sluice/inpainting'
import { writeAtomically } from '../files/atomicFile.ts'
import { readInputFile, refuseOverwriting } from '../files/paths.ts'
import { type OpenedPhoto, openPhoto } from '../photos/loadPhoto.ts'
import type { Photo } from '../photos/photo.ts'
import {
  outputFormat,
  refuseReplacing,
  type SavePhotoOptions,
  savePhoto,
} from '../photos/savePhoto.ts'
import { type Hole, type HoleOptions, holeFor, type LoadedMask, type Masks } from './holes.ts'

/** One photo to fill, and where it goes. */
export interface FillJob {
  readonly photo: string
  readonly mask?: string
  readonly output: string
}

export interface FillPhotoOptions extends PlanOptions, SavePhotoOptions {
  readonly holes: HoleOptions
  readonly feather: number
  readonly signal: AbortSignal
  /** Called once it is known what will be run. */
  readonly onPlan: (photo: Photo, hole: Hole, plan: FillPlan) => void
  readonly onProgress: (progress: FillProgress) => void
}

/** What became of one photo. */
export interface FilledPhoto {
  readonly photo: Photo
  readonly hole: Hole
  readonly plan: FillPlan
  /** Bytes of the file that was written. */
  readonly bytes: number
  /** What was changed or lost on the way out. */
  readonly notes: readonly string[]
}

/** The files of a job, being read. */
export interface FillInputs {
  readonly photo: Promise<OpenedPhoto>
  readonly mask?: Promise<LoadedMask>
}

/** Begins to read a job's files. What is wrong with them is said when they are awaited. */
export function readInputs(job: FillJob, masks: Masks): FillInputs {
  const mask = job.mask === undefined ? undefined : masks.load(job.mask)
  const photo = openPhoto(job.photo)
  // Until somebody listens, a failure is no reason to end the process.
  for (const reading of [mask, photo]) reading?.catch(() => undefined)
  return { photo, ...(mask === undefined ? {} : { mask }) }
}

/**
 * Fills one photo from file to file. The network is made ready while the photo is still being decoded.
 * @throws SluiceError for what cannot be read, filled or written; the signal's reason
 */
export async function fillPhoto(
  job: FillJob,
  inputs: FillInputs,
  filler: HoleFiller,
  options: FillPhotoOptions,
): Promise<FilledPhoto> {
  const { holes, feather, signal, onProgress } = options
  const { size, photo: decoding } = await inputs.photo
  const mask = await inputs.mask
  const guess = guessed(size, mask, filler, options)
  const photo = await decoding
  if (photo.source.frames > 1) refuseOverwriting(job.output, [job.photo])
  const fits = guess !== undefined && sameSize(size, photo)
  const hole = fits ? guess.hole : holeFor(photo, mask, holes)
  if (hole.count === 0) return copyUnfilled(job, photo, hole, options)
  const plan = fits ? guess.plan : filler.plan(photo, hole.pixels, options)
  options.onPlan(photo, hole, plan)
  // Nobody needs the photo as it came: its file is still there.
  const filling = { plan, feather, signal, onProgress, inPlace: true }
  const { pixels } = await filler.fill(photo, hole.pixels, filling)
  signal.throwIfAborted()
  const saved = await savePhoto(job.output, { ...photo, pixels }, options)
  return { photo, hole, plan, ...saved }
}

interface Guess {
  readonly hole: Hole
  readonly plan: FillPlan
}

/** What a photo of this size will take, made ready. */
function guessed(
  size: Size,
  mask: LoadedMask | undefined,
  filler: HoleFiller,
  options: FillPhotoOptions,
): Guess | undefined {
  try {
    const hole = holeFor(size, mask, options.holes)
    if (hole.count === 0) return undefined
    const plan = filler.plan(size, hole.pixels, options)
    filler.prepare(plan)
    return { hole, plan }
  } catch {
    // Whatever is wrong is said once the photo is there, which may be wrong itself.
    return undefined
  }
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height
}

/** An empty hole: the photo as it is, in the format that was asked for. */
async function copyUnfilled(
  { output }: FillJob,
  photo: Photo,
  hole: Hole,
  options: FillPhotoOptions,
): Promise<FilledPhoto> {
  const plan: FillPlan = {
    strategy: 'original',
    why: 'nothing to fill',
    steps: [],
    networkBytes: 0,
  }
  const result = { photo, hole, plan }
  if (outputFormat(output) !== photo.source.format || options.quality !== undefined) {
    const { notes, bytes } = await savePhoto(output, photo, options)
    return { ...result, bytes, notes: ['nothing to fill: the mask is empty', ...notes] }
  }
  refuseReplacing(output, options.overwrite)
  const file = readInputFile(photo.path)
  writeAtomically(output, file)
  return {
    ...result,
    bytes: file.length,
    notes: ['nothing to fill: the mask is empty; copied as it is'],
  }
}
