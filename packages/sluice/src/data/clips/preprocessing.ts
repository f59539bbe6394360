import { SluiceError } from '../../foundation/errors.ts'

/** One number per colour: red, green, blue. */
export type PerChannel = readonly [number, number, number]

/**
 * How pixels become a network's input. Plain JSON: it travels in the model file, because weights
 * mean nothing without it, and a model fed otherwise is wrong without saying so.
 */
export interface Preprocessing {
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

/** Upper bounds of what a file may ask for: far above use, far below what would exhaust memory. */
const LIMITS = { frames: 4096, fps: 1000, size: 4096 } as const
const KEYS = ['frames', 'fps', 'size', 'mean', 'std', 'resize'] as const

/** Preprocessing with the usual normalisation of video networks (mean 0.45, deviation 0.225). */
export function preprocessing(
  options: Pick<Preprocessing, 'frames' | 'fps' | 'size'> & Partial<Preprocessing>,
): Preprocessing {
  const { frames, fps, size } = options
  return readPreprocessing(
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
  for (const key of Object.keys(fields)) {
    if (!KEYS.some((known) => known === key)) {
      throw new SluiceError('format', `unknown field "${key}"`, {
        where,
        expected: KEYS.join(', '),
        fix: 'read this model with the version of Sluice that wrote it, or a newer one',
      })
    }
  }
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
  if (Array.isArray(value) && value.length === 3) {
    const [red, green, blue]: unknown[] = value
    const fits = (x: unknown): x is number =>
      typeof x === 'number' && Number.isFinite(x) && x > above
    if (fits(red) && fits(green) && fits(blue)) return [red, green, blue]
  }
  throw wrong(where, `three numbers${above === 0 ? ' above 0' : ''}`, value)
}

function wrong(where: string, expected: string, received: unknown): SluiceError {
  const shown = received === undefined ? 'nothing' : JSON.stringify(received)
  return new SluiceError('format', 'not a usable value', { where, expected, received: shown })
}
