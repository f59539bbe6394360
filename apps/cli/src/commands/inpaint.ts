import { join, resolve } from 'node:path'
import { SluiceError } from 'sluice'
import {
  type FillProgress,
  type FillStrategy,
  HoleFiller,
  type Point,
  type Rectangle,
} from 'sluice/inpainting'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, removeLeftovers } from '../files/atomicFile.ts'
import { refuseOverwriting, shownPath } from '../files/paths.ts'
import { type FolderJobs, folderJobs, isFolder } from '../filling/fillJobs.ts'
import {
  type FilledPhoto,
  type FillInputs,
  type FillJob,
  fillPhoto,
  readInputs,
} from '../filling/fillPhoto.ts'
import { type HoleOptions, Masks } from '../filling/holes.ts'
import { openInpainter } from '../filling/openInpainter.ts'
import { machineMemory, openDevice } from '../models/openDevice.ts'
import { isPhotoError } from '../photos/loadPhoto.ts'
import type { Photo } from '../photos/photo.ts'
import { outputFormat, refuseReplacing } from '../photos/savePhoto.ts'
import { Pace } from '../terminal/pace.ts'
import { bytes, duration, plural } from '../terminal/quantities.ts'
import { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { Interrupt } from '../training/interrupt.ts'

export interface InpaintOptions {
  readonly output: string
  readonly model?: string
  readonly rect?: readonly Rectangle[]
  readonly polygon?: readonly (readonly Point[])[]
  readonly invert?: boolean
  readonly detect?: boolean
  readonly grow?: number
  readonly feather?: number
  readonly strategy?: FillStrategy
  readonly margin?: number
  readonly quality?: number
  readonly lossless?: boolean
  readonly overwrite?: boolean
  readonly threads?: number
  /** Bytes for the network and its programs. */
  readonly maxMemory?: number
  readonly relaxedSimd?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `sluice inpaint`: fills the holes of a photo, or of a folder of them. */
export async function inpaint(
  photo: string,
  mask: string | undefined,
  options: InpaintOptions,
): Promise<number> {
  const { json = false, quiet = false, overwrite = false } = options
  const terminal = new Terminal({ json, quiet })
  const holes = holeOptions(mask, options)
  const work = isFolder(photo)
    ? folderJobs(photo, mask, options.output, overwrite)
    : singleJob(photo, mask, options)
  sayWhatIsLeft(terminal, photo, work)
  const [first] = work.jobs
  if (first === undefined) return exitCodes.done
  const masks = new Masks(holes)
  // Decoding takes longer than anything up to the first run of the network, and other threads do it.
  const ahead = readInputs(first, masks)
  const { model, weights } = openInpainter(options.model)
  // Last bits do not show in pixels of 8 bits: what a machine can do is done unless somebody minds.
  const { relaxedSimd = 'where there' } = options
  const device = await openDevice({ ...options, relaxedSimd })
  const stop = new AbortController()
  // A single photo has nothing to finish: left to the system, Ctrl-C ends it even within a run.
  using interrupt = isFolder(photo) ? stopGently(terminal, stop) : undefined
  try {
    const memoryLimit = roomForPrograms(options.maxMemory ?? machineMemory())
    using filler = new HoleFiller(model, { device, weights, memoryLimit })
    const run = new FillRun({ terminal, filler, ahead, masks, holes, options, stop })
    return await run.all(work.jobs, isFolder(photo))
  } catch (error) {
    if (error instanceof Stopped && interrupt?.requested === true) return exitCodes.interrupted
    throw error
  } finally {
    await device.dispose()
  }
}

function stopGently(terminal: Terminal, stop: AbortController): Interrupt {
  return new Interrupt(() => {
    terminal.note('stopping after this run of the network (Ctrl-C again stops at once)')
    stop.abort(new Stopped())
  })
}

/** The reason with which work is aborted by Ctrl-C. */
class Stopped extends Error {}

function holeOptions(mask: string | undefined, options: InpaintOptions): HoleOptions {
  const { rect = [], polygon = [], invert = false, detect = true, grow = 0 } = options
  const shapes = [...rect, ...polygon]
  if (mask === undefined && shapes.length === 0) {
    throw new SluiceError('usage', 'nothing says where the hole is', {
      fix: 'name a mask behind the photo, or give --rect x,y,w,h or --polygon "x,y x,y x,y"',
    })
  }
  return { shapes, invert, detect, grow }
}

function singleJob(photo: string, mask: string | undefined, options: InpaintOptions): FolderJobs {
  if (mask !== undefined && isFolder(mask)) {
    throw new SluiceError('usage', 'a folder of masks goes with a folder of photos', {
      where: mask,
      fix: 'name the mask of this photo',
    })
  }
  if (isFolder(options.output)) {
    throw new SluiceError('usage', 'the output is a folder', {
      where: options.output,
      fix: 'name a file, such as out.png',
    })
  }
  refuseIgnored(options)
  if (mask !== undefined) refuseOverwriting(options.output, [mask])
  refuseReplacing(options.output, options.overwrite)
  checkWritable(resolve(options.output))
  removeLeftovers(resolve(options.output))
  const given = mask === undefined ? {} : { mask }
  const job: FillJob = { photo, output: options.output, ...given }
  return { jobs: [job], done: [], withoutMask: [], unread: [] }
}

/** Refuses what the format of a single file makes meaningless; a folder may have files of several. */
function refuseIgnored({ output, quality, lossless }: InpaintOptions): void {
  const format = outputFormat(output)
  const ignored = (option: string, endings: string): SluiceError =>
    new SluiceError('usage', `${option} would be ignored`, {
      where: output,
      fix: `leave it out, or name an output that ends in ${endings}`,
    })
  if (quality !== undefined && format === 'png') throw ignored('--quality', '.jpg or .webp')
  if (lossless === true && format !== 'webp') throw ignored('--lossless', '.webp')
}

/** The device keeps scratch and tables beside what plans tell of. */
function roomForPrograms(limit: number): number {
  return Math.max(0, limit * 0.95 - 2 ** 22)
}

function sayWhatIsLeft(terminal: Terminal, folder: string, work: FolderJobs): void {
  const { jobs, done, withoutMask, unread } = work
  if (done.length > 0) {
    const others =
      jobs.length === 0 ? 'nothing is left to do' : `${plural(jobs.length, 'photo')} to go`
    terminal.note(
      `${plural(done.length, 'photo')} there already, ${others} (--overwrite fills all)`,
    )
  }
  const leftOut = [
    [withoutMask, 'without a mask', ''],
    [unread, 'in formats that are not read', ' (save them as JPEG or PNG first)'],
  ] as const
  for (const [names, why, fix] of leftOut) {
    if (names.length === 0) continue
    if (terminal.json) {
      for (const name of names) terminal.jsonLine({ photo: join(folder, name), leftOut: why })
    }
    const some = names.slice(0, 5).map(printable).join(', ')
    const more = names.length > 5 ? ' …' : ''
    terminal.warn(`${plural(names.length, 'photo')} ${why}, left out: ${some}${more}${fix}`)
  }
}

interface RunParts {
  readonly terminal: Terminal
  readonly filler: HoleFiller
  /** The files of the first job. */
  readonly ahead: FillInputs
  readonly masks: Masks
  readonly holes: HoleOptions
  readonly options: InpaintOptions
  readonly stop: AbortController
}

/** One call of the command: photos in turn, what is said of them, and the time that is left. */
class FillRun {
  private readonly parts: RunParts
  private readonly pace = new Pace()
  private index = 0
  private count = 1

  constructor(parts: RunParts) {
    this.parts = parts
  }

  /** A photo of a folder that fails does not stop the others; it makes the exit code 1. */
  async all(jobs: readonly FillJob[], isOneOfMany: boolean): Promise<number> {
    const { terminal, stop } = this.parts
    this.count = jobs.length
    let failed = 0
    for (const [i, job] of jobs.entries()) {
      this.index = i
      // Also of photos that take no run of the network, of which a folder may be full.
      stop.signal.throwIfAborted()
      try {
        await this.one(job)
      } catch (error) {
        if (!isPhotoError(error)) throw error
        if (terminal.json) terminal.jsonLine({ photo: job.photo, error: error.message })
        if (!isOneOfMany) throw error
        failed++
        terminal.warn(`${printable(shownPath(job.photo))} is not filled\n  ${error.message}`)
      }
    }
    if (isOneOfMany) {
      const filled = jobs.length - failed
      terminal.note(`${plural(filled, 'photo')} filled${failed > 0 ? `, ${failed} failed` : ''}`)
    }
    return failed === 0 ? exitCodes.done : exitCodes.failed
  }

  private async one(job: FillJob): Promise<void> {
    const { terminal, filler, ahead, masks, holes, options, stop } = this.parts
    const inputs = this.index === 0 ? ahead : readInputs(job, masks)
    const started = performance.now()
    const name = printable(shownPath(job.photo))
    let before = 0
    const result = await fillPhoto(job, inputs, filler, {
      ...planOptions(options),
      ...saveOptions(options),
      holes,
      feather: options.feather ?? 0,
      signal: stop.signal,
      onPlan: (photo, hole, plan) => {
        for (const note of [...photo.notes, ...hole.notes]) terminal.warn(`${name}: ${note}`)
        const area = photo.width * photo.height
        const share = percentOf(hole.count / area)
        terminal.note(
          `${name}: ${photo.width} × ${photo.height}, hole ${share}; ${plan.why}; memory ${bytes(plan.networkBytes)} for the network, ${bytes(pictureBytes(photo, options))} for pictures`,
        )
        this.pace.pause()
      },
      onProgress: (progress) => {
        this.pace.add(progress.done - before)
        before = progress.done
        if (progress.done < 1) terminal.progress(() => this.progressText(name, progress))
      },
    })
    this.say(job, name, result, (performance.now() - started) / 1000)
  }

  private progressText(name: string, { done, step, steps }: FillProgress): string {
    const photos = this.count > 1 ? `photo ${this.index + 1} of ${this.count}, ` : ''
    const left = this.pace.secondsFor(1 - done + (this.count - this.index - 1))
    return `${name}: ${photos}part ${step} of ${steps}, ${duration(left)} left`
  }

  private say(job: FillJob, name: string, result: FilledPhoto, seconds: number): void {
    const { terminal } = this.parts
    const { photo, hole, plan, notes } = result
    if (hole.count === 0) for (const note of notes) terminal.warn(`${name}: ${note}`)
    if (!terminal.json) {
      const how = hole.count === 0 ? '' : notes.map((note) => `; ${note}`).join('')
      terminal.note(
        `${printable(shownPath(job.output))}: ${bytes(result.bytes)} in ${seconds.toFixed(1)} s${how}`,
      )
      return
    }
    const { width, height } = photo
    terminal.jsonLine({
      photo: job.photo,
      output: job.output,
      width,
      height,
      hole: { pixels: hole.count, share: hole.count / (width * height), ...hole.mask },
      strategy: plan.strategy,
      why: plan.why,
      steps: plan.steps.length,
      networkBytes: plan.networkBytes,
      pictureBytes: pictureBytes(photo, this.parts.options),
      bytes: result.bytes,
      seconds: Number(seconds.toFixed(3)),
      notes: [...photo.notes, ...hole.notes, ...notes],
    })
  }
}

/** `5.5 %`, of two digits: the least holes are a millionth of a photo. */
function percentOf(share: number): string {
  const percent = 100 * share
  return `${percent >= 99.5 ? 100 : percent.toPrecision(2)} %`
}

/** The photo, once more where its old pixels are blended in, and three masks: hole, state and the file's own. */
function pictureBytes({ pixels, width, height }: Photo, { feather = 0 }: InpaintOptions): number {
  return (feather > 0 ? 2 : 1) * pixels.byteLength + 3 * width * height
}

function planOptions({ strategy, margin }: InpaintOptions) {
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(margin === undefined ? {} : { margin }),
  }
}

function saveOptions({ overwrite, quality, lossless }: InpaintOptions) {
  return {
    ...(overwrite === undefined ? {} : { overwrite }),
    ...(quality === undefined ? {} : { quality }),
    ...(lossless === undefined ? {} : { lossless }),
  }
}
