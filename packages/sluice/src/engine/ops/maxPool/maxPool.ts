import { present } from '../../../foundation/invariant.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { spatial } from '../convolution/geometry.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import {
  type PoolAttributes,
  poolOutputShape,
  positionOf,
  windowOffsets,
} from '../pooling/window.ts'

export type MaxPoolAttributes = PoolAttributes

export interface MaxPoolBackwardAttributes {
  readonly inputShape: Shape
}

/** Hands each gradient to the element that was the maximum. `indices`, `dy` → `dx`. */
export const maxPoolBackward: OpDefinition<MaxPoolBackwardAttributes> = {
  name: 'maxPoolBackward',
  infer(inputs, { inputShape }, where) {
    requireCount(inputs, 2, where)
    const indices = inputOfRank(inputs, 0, 'indices', 3, 5, where)
    inputOfShape(inputs, 1, 'gradient', indices.shape, where)
    return [{ shape: inputShape }]
  },
  reference([indices, dy], [dx]) {
    const from = present(indices, 'indices')
    const gradient = present(dy, 'dy').data
    const to = present(dx, 'dx')
    const outPixels = elementCount(from.shape.slice(2))
    const inPixels = elementCount(to.shape.slice(2))
    for (let i = 0; i < gradient.length; i++) {
      const index = from.data[i] as number
      // A dilated window may see padding only; its index is −1 and its gradient goes nowhere.
      if (index < 0) continue
      const at = Math.floor(i / outPixels) * inPixels + index
      to.data[at] = (to.data[at] as number) + (gradient[i] as number)
    }
  },
  // Windows that overlap may all choose one element.
  sumLength: ({ inputs }) => elementCount(inputs[0]?.shape.slice(2) ?? []),
}

/**
 * Maximum over windows; padding counts as −∞. The second output is where each maximum stood, as a
 * row-major offset within the `[D, H, W]` of its channel: the first of equals, and the last NaN.
 */
export const maxPool: OpDefinition<MaxPoolAttributes> = {
  name: 'maxPool',
  infer(inputs, attributes, where) {
    requireCount(inputs, 1, where)
    const x = inputOfRank(inputs, 0, 'input', 3, 5, where)
    const shape = poolOutputShape(x.shape, attributes, where)
    return [{ shape }, { shape, type: 'int32' }]
  },
  gradient({ builder, node, inputs: [x], outputs: [, indices], outputGradients: [dy] }) {
    if (dy === undefined) return []
    const inputShape = present(x, 'x').shape
    return [
      builder.applyOne(
        maxPoolBackward,
        [present(indices, 'indices'), dy],
        { inputShape },
        node.path,
      ),
    ]
  },
  reference([x], [y, indices], attributes) {
    const input = present(x, 'x')
    const output = present(y, 'y')
    const places = present(indices, 'indices').data
    const { size } = spatial(input.shape)
    const { size: outSize } = spatial(output.shape)
    const inPixels = elementCount(size)
    const outPixels = elementCount(outSize)
    for (let i = 0; i < output.data.length; i++) {
      const channel = Math.floor(i / outPixels) * inPixels
      let most = Number.NEGATIVE_INFINITY
      let place = -1
      for (const offset of windowOffsets(size, attributes, positionOf(i % outPixels, outSize))) {
        const value = input.data[channel + offset] as number
        if (place < 0 || value > most || Number.isNaN(value)) {
          most = value
          place = offset
        }
      }
      output.data[i] = most
      places[i] = place
    }
  },
}
