import { SluiceError } from '../../foundation/errors.ts'
import { type Counterparts, readCounterparts } from './counterparts.ts'

/**
 * How much a training clip may differ from its recording; each a strength from 0 (never) to 1, but
 * for mirroring and reversal, which need to know what a class becomes by them.
 */
export interface Augmentation {
  /** The window moves by up to this part of its side, across and down. */
  readonly crop: number
  /** The window's side is multiplied by up to 1 + scale, or divided by it. */
  readonly scale: number
  /** Values are multiplied by a factor within 1 ± brightness. */
  readonly brightness: number
  /** Values spread around the clip's mean by a factor within 1 ± contrast. */
  readonly contrast: number
  /**
   * How far the start may leave the middle of the recording: at 1, anywhere in it and up to one
   * sampled frame beyond, which also moves recordings no longer than the clip.
   */
  readonly jitter: number
  /** Shown up to 1 + speed times as fast, or as slow, as recorded. */
  readonly speed: number
  /** Left and right are exchanged in half of the clips of these classes. */
  readonly mirror: Counterparts
  /** Half of the clips of these classes run backwards. */
  readonly reverse: Counterparts
}

const KEYS = ['crop', 'scale', 'brightness', 'contrast', 'jitter', 'speed'] as const
const PAIRS = ['mirror', 'reverse'] as const

/** Every clip as it was recorded, from its middle. */
export const noAugmentation: Augmentation = {
  crop: 0,
  scale: 0,
  brightness: 0,
  contrast: 0,
  jitter: 0,
  speed: 0,
  mirror: [],
  reverse: [],
}

/** What a handful of clips per class needs: small moves in the picture, any start in time. */
export const mildAugmentation: Augmentation = {
  crop: 0.08,
  scale: 0.12,
  brightness: 0.2,
  contrast: 0.2,
  jitter: 1,
  speed: 0,
  mirror: [],
  reverse: [],
}

/** For arrays, of which nobody knows what may be moved or scaled: any start in time, and no more. */
export const tensorAugmentation: Augmentation = { ...noAugmentation, jitter: 1 }

/**
 * Reads a description from parsed JSON; missing strengths are 0, missing pairs none.
 * @throws SluiceError `format` for an unknown name, a strength outside 0…1 or pairs that are none
 */
export function readAugmentation(json: unknown, where = 'augmentation'): Augmentation {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new SluiceError('format', 'not a description of augmentation', {
      where,
      expected: `an object with strengths for ${KEYS.join(', ')}, pairs of classes for ${PAIRS.join(', ')}`,
      received: JSON.stringify(json) ?? 'nothing',
    })
  }
  const read = { ...noAugmentation }
  for (const [name, value] of Object.entries(json)) {
    const pairs = PAIRS.find((known) => known === name)
    if (pairs !== undefined) {
      read[pairs] = readCounterparts(value, `${where}.${name}`)
      continue
    }
    const key = KEYS.find((known) => known === name)
    if (key === undefined) {
      throw new SluiceError('format', `unknown augmentation "${name}"`, {
        where,
        expected: [...KEYS, ...PAIRS].join(', '),
        ...(/flip/i.test(name)
          ? { fix: 'say by "mirror" which classes become which when left and right change places' }
          : {}),
      })
    }
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
      throw new SluiceError('format', `strength of ${name} out of range`, {
        where,
        expected: 'a number from 0 to 1',
        received: JSON.stringify(value) ?? 'nothing',
      })
    }
    read[key] = value
  }
  return read
}
