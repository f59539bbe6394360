import { SluiceError } from '../../../foundation/errors.ts'
import { elementCount, formatShape, type Shape } from '../../../foundation/shape.ts'
import type { Normalisation } from '../normalisation/normalisation.ts'

export interface LayerNormAttributes {
  /** How many trailing dimensions share one statistic: the length of PyTorch's `normalized_shape`. */
  readonly dimensions: number
  /** Added to the variance before its root. */
  readonly epsilon: number
  /** Whether `weight` and `bias` follow. */
  readonly affine: boolean
}

/** How layer normalisation cuts a tensor: a statistic per place outside the trailing dimensions. */
export function trailingOf(x: Shape, dimensions: number): Normalisation {
  const outside = x.length - dimensions
  const parameterShape = x.slice(outside)
  const values = elementCount(parameterShape)
  return {
    values,
    statistics: x.slice(0, outside),
    parameterShape,
    parameters: values,
    parameterRun: 1,
  }
}

/** Refuses to normalise over nothing or over the batch. */
export function checkDimensions(x: Shape, dimensions: number, where: string): void {
  if (Number.isSafeInteger(dimensions) && dimensions >= 1 && dimensions < x.length) return
  throw new SluiceError(
    'shape',
    'layer normalisation leaves the batch and takes trailing dimensions',
    {
      where,
      expected: `1 to ${x.length - 1} trailing dimensions of ${formatShape(x)}`,
      received: `${dimensions}`,
    },
  )
}
