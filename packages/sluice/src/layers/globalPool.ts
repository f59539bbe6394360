import type { Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { globalAveragePool as globalAveragePoolOp } from '../engine/ops/globalAveragePool/globalAveragePool.ts'
import { maxPool } from '../engine/ops/maxPool/maxPool.ts'
import { reshape } from '../engine/ops/reshape/reshape.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape } from '../foundation/shape.ts'
import { wholeWindow } from './pool.ts'

/** Mean over space and time: `[N, C, …]` to `[N, C]`, whatever the sizes. */
export function globalAveragePool(): Module {
  return {
    type: 'globalAveragePool',
    describe: () => ({ type: 'globalAveragePool' }),
    build(scope, input) {
      checkSpatial('globalAveragePool', scope, input)
      return scope.apply(globalAveragePoolOp, [input], {})
    },
  }
}

/** Largest element over space and time: `[N, C, …]` to `[N, C]`, whatever the sizes. */
export function globalMaxPool(): Module {
  return {
    type: 'globalMaxPool',
    describe: () => ({ type: 'globalMaxPool' }),
    build(scope, input) {
      checkSpatial('globalMaxPool', scope, input)
      const [batch = 1, channels = 1] = input.shape
      const largest = scope.apply(maxPool, [input], wholeWindow(input.shape))
      return scope.apply(reshape, [largest], { shape: [batch, channels] })
    },
  }
}

function checkSpatial(layer: string, scope: Scope, { shape }: Value): void {
  if (shape.length >= 3 && shape.length <= 5) return
  throw new SluiceError('shape', 'there is nothing to pool over', {
    where: scope.path === '' ? layer : `${scope.path} (${layer})`,
    expected: '[batch, channels, …space]',
    received: formatShape(shape),
  })
}
