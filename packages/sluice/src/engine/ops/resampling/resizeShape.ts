import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'
import type { Triple } from '../convolution/geometry.ts'

/** Distances on the input's grid between neighbours of the output: depth, height, width. */
export type Step = readonly [depth: number, height: number, width: number]

/** What both ways of resizing are told. */
export interface ResizeAttributes {
  /** Sizes of the output; 1 for the axes that a lower rank lacks. */
  readonly size: Triple
  /** Inputs per output instead of `in/out`, for a scale that does not divide evenly. */
  readonly step?: Step
}

/** The sizes, unless no output can have them or the input lacks the axes. */
export function resizedSize(x: Shape, { size, step }: ResizeAttributes, where: string): Triple {
  const whole = size.every((extent) => Number.isSafeInteger(extent) && extent >= 1)
  const lacking = size.slice(0, 5 - x.length).every((extent) => extent === 1)
  const moves = step === undefined || step.every((distance) => distance > 0 && distance < 2 ** 24)
  if (whole && lacking && moves) return size
  throw new SluiceError('shape', 'the size does not fit the input', {
    where,
    expected: `${x.length - 2} whole sizes from 1, for the input ${formatShape(x)}`,
    received: `${formatShape(size)}${step === undefined ? '' : `, step ${formatShape(step)}`}`,
  })
}
