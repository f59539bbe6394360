import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape } from '../foundation/shape.ts'
import type { SpatialRank } from './window.ts'

/** Axes of space (and time) of an input, for layers of any rank. @throws SluiceError `shape` without any */
export function spatialRankOf(layer: string, scope: Scope, { shape }: Value): SpatialRank {
  const rank = shape.length - 2
  if (rank === 1 || rank === 2 || rank === 3) return rank
  throw new SluiceError('shape', 'the input has no axes of space, or too many', {
    where: placeOf(layer, scope),
    expected: '[batch, channels, …space] with one to three axes of space',
    received: formatShape(shape),
  })
}

/** A layer's path and type, for errors. */
export function placeOf(layer: string, scope: Scope): string {
  return scope.path === '' ? layer : `${scope.path} (${layer})`
}
