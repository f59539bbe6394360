import type { Module } from '../engine/graph/module.ts'
import { globalAveragePool as globalAveragePoolOp } from '../engine/ops/globalAveragePool/globalAveragePool.ts'
import { maxPool } from '../engine/ops/maxPool/maxPool.ts'
import { reshape } from '../engine/ops/reshape/reshape.ts'
import { wholeWindow } from './pool.ts'
import { spatialRankOf } from './spatialInput.ts'

/** Mean over space and time: `[N, C, …]` to `[N, C]`, whatever the sizes. */
export function globalAveragePool(): Module {
  return {
    type: 'globalAveragePool',
    describe: () => ({ type: 'globalAveragePool' }),
    build(scope, input) {
      spatialRankOf('globalAveragePool', scope, input)
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
      spatialRankOf('globalMaxPool', scope, input)
      const [batch = 1, channels = 1] = input.shape
      const largest = scope.apply(maxPool, [input], wholeWindow(input.shape))
      return scope.apply(reshape, [largest], { shape: [batch, channels] })
    },
  }
}
