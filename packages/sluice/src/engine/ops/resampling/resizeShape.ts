import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'
import type { Triple } from '../convolution/geometry.ts'

/** Distances on the input's grid between neighbours of the output: depth, height, width. */
export type Step = readonly [depth: number, height: number, width: number]

/** Refuses sizes that no output can have, and axes that the input lacks. */
export function checkSize(x: Shape, size: Triple, step: Step | undefined, where: string): void {
  const whole = size.every((extent) => Number.isSafeInteger(extent) && extent >= 1)
  const lacking = size.slice(0, 5 - x.length).every((extent) => extent === 1)
  const moves = step === undefined || step.every((distance) => distance > 0 && distance < 2 ** 24)
  if (whole && lacking && moves) return
  throw new SluiceError('shape', 'the size does not fit the input', {
    where,
    expected: `${x.length - 2} whole sizes from 1, for the input ${formatShape(x)}`,
    received: `${formatShape(size)}${step === undefined ? '' : `, step ${formatShape(step)}`}`,
  })
}
