import type { Module } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from '../layers/description/readModule.ts'
import { composed } from './composed.ts'

/**
 * A module that fills holes: `[N, 4, H, W]` → `[N, 3, H, W]`. Its input is a picture (RGB from −1 to 1,
 * not blanked in the hole) and behind it the mask (1 = hole), its output a picture from −1 to 1 before
 * anything is pasted. `inpaintingGraph` runs one on pictures of any size.
 */
export interface Inpainter extends Module {
  /** What heights and widths must be multiples of. */
  readonly multipleOf: number
  /**
   * Pixels across which the network sees: the middle of a wider hole is filled without a look at its
   * surroundings. Infinity where a network looks everywhere.
   */
  readonly receptiveField: number
}

/** Options of `inpainter`. */
export interface InpainterOptions {
  /** Default 1: any size will do. */
  readonly multipleOf?: number
  readonly receptiveField: number
}

/** Whether a module fills holes. */
export function isInpainter(module: Module): module is Inpainter {
  return 'multipleOf' in module && 'receptiveField' in module
}

/**
 * Makes an inpainter of any module `[N, 4, H, W]` → `[N, 3, H, W]`, whose parameters keep their names.
 * @throws SluiceError `usage` for numbers that no network can have
 */
export function inpainter(body: Module, options: InpainterOptions): Inpainter {
  const { multipleOf = 1, receptiveField } = options
  if (!Number.isSafeInteger(multipleOf) || multipleOf < 1 || !(receptiveField >= 1)) {
    throw new SluiceError('usage', 'there is no such inpainter', {
      where: 'inpainter',
      expected: 'multipleOf: a whole number from 1, receptiveField: pixels from 1, or Infinity',
      received: `multipleOf ${multipleOf}, receptiveField ${receptiveField}`,
    })
  }
  // JSON has no infinity: a network that sees everything leaves the number out.
  const reach = Number.isFinite(receptiveField) ? { receptiveField } : {}
  const description = { type: 'inpainter', multipleOf, ...reach, body: body.describe() }
  return { ...composed(description, body), multipleOf, receptiveField }
}

export const readInpainter: ModuleReader = (fields, child) =>
  inpainter(child(fields.take('body'), 'body'), {
    multipleOf: fields.whole('multipleOf'),
    receptiveField: fields.has('receptiveField')
      ? fields.number('receptiveField')
      : Number.POSITIVE_INFINITY,
  })
