import { SluiceError } from '../../foundation/errors.ts'
import { checkAxes } from './tensorClip.ts'

/** One number per colour: red, green, blue. */
export type PerChannel = readonly [number, number, number]

/**
 * How recordings become a network's input. Plain JSON: it travels in the model file, because weights
 * mean nothing without it, and a model fed otherwise is wrong without saying so.
 */
export type Preprocessing = VideoPreprocessing | TensorPreprocessing

/** How pixels become a network's input. */
export interface VideoPreprocessing {
  /** Absent: pixels need no name. */
  readonly kind?: undefined
  /** Frames per clip. */
  readonly frames: number
  /** Frames per second at which they are picked. */
  readonly fps: number
  /** Height and width of the input, pixels. */
  readonly size: number
  /** Subtracted from pixels scaled to 0…1. */
  readonly mean: PerChannel
  /** What the difference is divided by. */
  readonly std: PerChannel
  /** `stretch` squeezes the whole frame into the square, `crop` keeps its shape and cuts the middle. */
  readonly resize: 'stretch' | 'crop'
}

/** How arrays become a network's input: `(x − mean) / std`, in the units and on the grid they have. */
export interface TensorPreprocessing {
  readonly kind: 'tensor'
  /** Meaning of the stored axes, letters of C, D, H, W; by rank where absent (see `tensorClip`). */
  readonly axes?: string
  readonly channels: number
  /** Steps per clip. */
  readonly frames: number
  readonly height: number
  readonly width: number
  /** One number a channel: what it was on average in training. */
  readonly mean: readonly number[]
  /** One number a channel: its standard deviation in training. */
  readonly std: readonly number[]
}

/** Upper bounds of what a file may ask for: far above use, far below what would exhaust memory. */
const LIMITS = { frames: 4096, fps: 1000, size: 4096, channels: 65536, steps: 65536 } as const
const TENSOR_KEYS = [
  'kind',
  'axes',
  'channels',
  'frames',
  'height',
  'width',
  'mean',
  'std',
] as const
const KEYS = ['frames', 'fps', 'size', 'mean', 'std', 'resize'] as const

/** Preprocessing with the usual normalisation of video networks (mean 0.45, deviation 0.225). */
export function preprocessing(
  options: Pick<VideoPreprocessing, 'frames' | 'fps' | 'size'> & Partial<VideoPreprocessing>,
): VideoPreprocessing {
  const { frames, fps, size } = options
  return readVideo(
    {
      frames,
      fps,
      size,
      mean: options.mean ?? [0.45, 0.45, 0.45],
      std: options.std ?? [0.225, 0.225, 0.225],
      resize: options.resize ?? 'crop',
    },
    'preprocessing',
  )
}

/**
 * Reads the description from parsed JSON. A key it does not know is refused too: it would change
 * what the network sees, in a way that this version cannot follow.
 * @throws SluiceError `format` that names the field
 */
export function readPreprocessing(json: unknown, where = 'preprocessing'): Preprocessing {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong(where, `an object with ${KEYS.join(', ')}`, json)
  }
  const fields: Record<string, unknown> = { ...json }
  if (fields.kind === undefined) return readVideo(fields, where)
  if (fields.kind === 'tensor') return readTensor(fields, where)
  throw wrong(`${where}.kind`, '"tensor", or nothing for video', fields.kind)
}

/** The shape `[C, D, H, W]` of one clip as the network takes it. */
export function inputShape(
  description: Preprocessing,
): readonly [channels: number, frames: number, height: number, width: number] {
  const { frames } = description
  return description.kind === 'tensor'
    ? [description.channels, frames, description.height, description.width]
    : [3, frames, description.size, description.size]
}

function readTensor(fields: Readonly<Record<string, unknown>>, where: string): TensorPreprocessing {
  refuseOthers(fields, TENSOR_KEYS, where)
  const { axes } = fields
  if (axes !== undefined && typeof axes !== 'string') throw wrong(`${where}.axes`, 'letters', axes)
  if (axes !== undefined) checkAxes(axes)
  const channels = whole(fields.channels, LIMITS.channels, `${where}.channels`)
  return {
    kind: 'tensor',
    ...(axes === undefined ? {} : { axes }),
    channels,
    frames: whole(fields.frames, LIMITS.steps, `${where}.frames`),
    height: whole(fields.height, LIMITS.size, `${where}.height`),
    width: whole(fields.width, LIMITS.size, `${where}.width`),
    mean: numbers(fields.mean, channels, Number.NEGATIVE_INFINITY, `${where}.mean`),
    std: numbers(fields.std, channels, 0, `${where}.std`),
  }
}

/** A field that is not known would change what the network sees, in a way that cannot be followed. */
function refuseOthers(
  fields: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue
    throw new SluiceError('format', `unknown field "${key}"`, {
      where,
      expected: known.join(', '),
      fix: 'read this model with the version of Sluice that wrote it, or a newer one',
    })
  }
}

function readVideo(fields: Readonly<Record<string, unknown>>, where: string): VideoPreprocessing {
  refuseOthers(fields, KEYS, where)
  const { resize } = fields
  if (resize !== 'stretch' && resize !== 'crop') {
    throw wrong(`${where}.resize`, '"stretch" or "crop"', resize)
  }
  return {
    frames: whole(fields.frames, LIMITS.frames, `${where}.frames`),
    fps: positive(fields.fps, LIMITS.fps, `${where}.fps`),
    size: whole(fields.size, LIMITS.size, `${where}.size`),
    mean: perChannel(fields.mean, Number.NEGATIVE_INFINITY, `${where}.mean`),
    std: perChannel(fields.std, 0, `${where}.std`),
    resize,
  }
}

function whole(value: unknown, limit: number, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= limit) {
    return value
  }
  throw wrong(where, `a whole number from 1 to ${limit}`, value)
}

function positive(value: unknown, limit: number, where: string): number {
  if (typeof value === 'number' && value > 0 && value <= limit) return value
  throw wrong(where, `a number above 0, up to ${limit}`, value)
}

function perChannel(value: unknown, above: number, where: string): PerChannel {
  const [red, green, blue] = numbers(value, 3, above, where)
  return [red as number, green as number, blue as number]
}

function numbers(value: unknown, count: number, above: number, where: string): number[] {
  const list: unknown[] = Array.isArray(value) ? value : []
  const fits = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x) && x > above
  const found = list.filter(fits)
  if (found.length === count && list.length === count) return found
  const many = count === 3 ? 'three numbers' : `${count} ${count === 1 ? 'number' : 'numbers'}`
  throw wrong(where, `${many}${above === 0 ? ' above 0' : ''}`, value)
}

function wrong(where: string, expected: string, received: unknown): SluiceError {
  const shown = received === undefined ? 'nothing' : JSON.stringify(received)
  return new SluiceError('format', 'not a usable value', { where, expected, received: shown })
}
