import { SluiceError } from '../../../foundation/errors.ts'
import { elementCount, formatShape, type Shape } from '../../../foundation/shape.ts'
import type { Normalisation } from '../normalisation/normalisation.ts'

export interface GroupNormAttributes {
  /** Groups of neighbouring channels that share statistics; as many as channels: instance norm. */
  readonly groups: number
  /** Added to the variance before its root. */
  readonly epsilon: number
  /** Whether `weight` and `bias` follow. */
  readonly affine: boolean
}

/** How group normalisation cuts `[N, C, …]`: a statistic per sample and group, a weight per channel. */
export function groupsOf(x: Shape, groups: number): Normalisation {
  const [batch = 1, channels = 1, ...space] = x
  const pixels = elementCount(space)
  return {
    values: (channels / groups) * pixels,
    statistics: [batch, groups],
    parameterShape: [channels],
    parameters: channels,
    parameterRun: pixels,
  }
}

/** Refuses groups that the channels do not fall into. */
export function checkGroups(x: Shape, groups: number, where: string): void {
  const channels = x[1] ?? 1
  if (Number.isSafeInteger(groups) && groups >= 1 && channels % groups === 0) return
  throw new SluiceError('shape', 'the channels do not fall into equal groups', {
    where,
    expected: `a number of groups that divides ${channels} channels`,
    received: `${groups} groups for an input ${formatShape(x)}`,
    fix: 'change groups, or the channels of the layer before',
  })
}
