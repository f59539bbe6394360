import { SluiceError } from '../../foundation/errors.ts'
import type { Inpainter } from '../../models/inpainter.ts'
import { checkPlan } from './checkPlan.ts'
import { cropTensors, scaledCropTensors } from './cropTensors.ts'
import { Enlarged } from './enlarge.ts'
import { feather } from './feather.ts'
import type { FillPlan, FillStep } from './fillPlan.ts'
import { holeOfStep, openState } from './holeState.ts'
import { type NetworkOptions, NetworkPrograms } from './networkPrograms.ts'
import { paste, type RowReader } from './paste.ts'
import { checkHole, checkPicture, type Picture, type Samples, type Size } from './picture.ts'
import { type PlanOptions, planFill } from './planFill.ts'

/** How far a fill has come. */
export interface FillProgress {
  /** Runs of the network done, and of how many. */
  readonly step: number
  readonly steps: number
  /** Share of the work that is done, 0 to 1. */
  readonly done: number
}

export interface FillOptions extends PlanOptions {
  /** What `plan` gave for this hole. Default: it is planned now. */
  readonly plan?: FillPlan
  /** Pixels over which the fill passes into what was there, inside the hole. Default 0: none. */
  readonly feather?: number
  /** Writes into the picture that was given instead of a copy. Default: a copy. */
  readonly inPlace?: boolean
  readonly onProgress?: (progress: FillProgress) => void
  /** Stops between two runs of the network with the signal's reason. */
  readonly signal?: AbortSignal
}

/** A picture whose hole is filled, and how that was done. */
export interface Filled<S extends Samples> extends Picture<S> {
  readonly plan: FillPlan
}

/**
 * Fills holes of many pictures by one network: programs are kept from picture to picture, one for each
 * of the few sizes that crops have. Until it is disposed it holds memory of the device.
 */
export class HoleFiller implements Disposable {
  private readonly model: Inpainter
  private readonly programs: NetworkPrograms
  private readonly memoryLimit: number | undefined

  constructor(model: Inpainter, options: NetworkOptions) {
    this.model = model
    this.memoryLimit = options.memoryLimit
    this.programs = new NetworkPrograms(model, options)
  }

  /**
   * What filling this hole will take, before anything is run.
   * @param hole one byte a pixel, row-major; 0 is outside the hole
   * @throws SluiceError `data` when the hole is the whole picture, `limit` when no way of filling it
   * keeps to the limit on memory, `usage` or `shape` for options or a hole that cannot be
   */
  plan(size: Size, hole: Uint8Array, options: PlanOptions = {}): FillPlan {
    checkHole(hole, size)
    return planFill(this.model, hole, size, options, {
      bytesFor: (seen) => this.programs.bytesFor(seen),
      ...(this.memoryLimit === undefined ? {} : { memoryLimit: this.memoryLimit }),
    })
  }

  /** Compiles the first program of a plan, so that it need not be waited for later. */
  prepare({ steps: [first] }: FillPlan): void {
    if (first !== undefined) this.programs.take(first.seen)
  }

  /**
   * The picture with its hole filled: a copy unless `inPlace` is asked for. Samples outside the hole, and
   * alpha everywhere, are those that came in.
   * @param hole one byte a pixel, row-major; 0 is outside the hole
   * @throws SluiceError as `plan`, `numeric` when the network gives no numbers, and `usage` for a plan
   * of another hole and after `dispose`
   */
  async fill<S extends Samples>(
    picture: Picture<S>,
    hole: Uint8Array,
    options: FillOptions = {},
  ): Promise<Filled<S>> {
    checkPicture(picture)
    checkHole(hole, picture)
    const { signal, onProgress, feather: soft = 0, inPlace = false } = options
    checkFeather(soft)
    const plan = options.plan ?? this.plan(picture, hole, options)
    const state = openState(hole)
    if (options.plan !== undefined) checkPlan(plan, state, picture)
    const { width, height, channels } = picture
    const before = soft > 0 && inPlace ? { ...picture, pixels: copyOf(picture.pixels) } : picture
    const pixels = inPlace ? picture.pixels : copyOf(picture.pixels)
    const filled = { pixels, width, height, channels }
    const all = plan.steps.reduce((sum, step) => sum + workOf(step), 0)
    let done = 0
    for (const [i, step] of plan.steps.entries()) {
      // Between two runs, pages paint and signals are heard.
      await new Promise<void>((resolve) => setTimeout(resolve))
      signal?.throwIfAborted()
      const open = holeOfStep(state, picture, step)
      if (open !== undefined) paste(filled, state, step, open, this.painted(filled, step, open))
      done += workOf(step)
      onProgress?.({ step: i + 1, steps: plan.steps.length, done: done / all })
    }
    if (soft > 0) feather(filled, before, hole, soft)
    return { ...filled, plan }
  }

  dispose(): void {
    this.programs.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** Runs the network on one crop; gives the rows of what it painted, at the crop's own size. */
  private painted(picture: Picture, { crop, seen }: FillStep, hole: Uint8Array): RowReader {
    const whole = seen.width === crop.width && seen.height === crop.height
    const tensors = whole
      ? cropTensors(picture, crop, hole)
      : scaledCropTensors(picture, crop, seen, hole)
    const session = this.programs.take(seen)
    session.step({ image: tensors.image, mask: tensors.mask })
    const { data } = session.read('output')
    if (!areNumbers(data)) {
      throw new SluiceError('numeric', 'the network gave something that is no number', {
        where: this.model.type,
        fix: 'its weights are lost (NaN or infinite, or too large): take another file, or train it again',
      })
    }
    const area = seen.width * seen.height
    if (whole) {
      return (colour, y, { left, width }) => {
        const start = colour * area + y * seen.width + left
        return data.subarray(start, start + width)
      }
    }
    // Known pixels keep their colours, so that the enlarged fill meets them without a step.
    const { image, mask } = tensors
    for (let i = 0; i < area; i++) {
      if (mask[i] !== 0) continue
      for (let at = i; at < data.length; at += area) data[at] = image[at] as number
    }
    const enlarged = new Enlarged(data, seen, crop)
    return (colour, y, columns) => enlarged.row(colour, y, columns)
  }
}

function checkFeather(pixels: number): void {
  if (Number.isFinite(pixels) && pixels >= 0) return
  throw new SluiceError('usage', 'a fill cannot be blended over this', {
    where: 'inpaint: feather',
    expected: 'a number of pixels from 0',
    received: String(pixels),
  })
}

function areNumbers(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false
  return true
}

function workOf({ seen }: FillStep): number {
  return seen.width * seen.height
}

function copyOf<S extends Samples>(pixels: S): S {
  return pixels.slice() as S
}
