import type { Module } from '../engine/graph/module.ts'
import { reshape } from '../engine/ops/reshape/reshape.ts'
import { elementCount } from '../foundation/shape.ts'

/** `[N, C, …]` to `[N, C·…]` in channel, depth, height, width order, as PyTorch's `Flatten`. */
export function flatten(): Module {
  return {
    type: 'flatten',
    describe: () => ({ type: 'flatten' }),
    build(scope, input) {
      const [batch = 1, ...rest] = input.shape
      if (rest.length === 1) return input
      return scope.apply(reshape, [input], { shape: [batch, elementCount(rest)] })
    },
  }
}
