import { SluiceError } from '../../foundation/errors.ts'

/**
 * How much a training clip may differ from its recording; each a strength from 0 (never) to 1.
 * There is no mirroring: it turns a swipe to the left into one to the right and keeps the label.
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
}

const KEYS = ['crop', 'scale', 'brightness', 'contrast', 'jitter'] as const

/** Every clip as it was recorded, from its middle. */
export const noAugmentation: Augmentation = {
  crop: 0,
  scale: 0,
  brightness: 0,
  contrast: 0,
  jitter: 0,
}

/** What a handful of clips per class needs: small moves in the picture, any start in time. */
export const mildAugmentation: Augmentation = {
  crop: 0.08,
  scale: 0.12,
  brightness: 0.2,
  contrast: 0.2,
  jitter: 1,
}

/**
 * Reads a description from parsed JSON; missing strengths are 0.
 * @throws SluiceError `format` for an unknown name or a strength outside 0…1
 */
export function readAugmentation(json: unknown, where = 'augmentation'): Augmentation {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new SluiceError('format', 'not a description of augmentation', {
      where,
      expected: `an object with strengths for ${KEYS.join(', ')}`,
      received: JSON.stringify(json) ?? 'nothing',
    })
  }
  const strengths = { ...noAugmentation }
  for (const [name, value] of Object.entries(json)) {
    const key = KEYS.find((known) => known === name)
    if (key === undefined) {
      throw new SluiceError('format', `unknown augmentation "${name}"`, {
        where,
        expected: KEYS.join(', '),
        ...(/mirror|flip/i.test(name)
          ? { fix: 'mirroring is left out on purpose: it corrupts labels with a direction' }
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
    strengths[key] = value
  }
  return strengths
}
