import { present } from '../../../foundation/invariant.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

export interface GlobalAveragePoolBackwardAttributes {
  readonly inputShape: Shape
}

/** Spreads the gradient of each mean evenly over its channel. `dy` `[N, C]` → `dx` `[N, C, …]`. */
export const globalAveragePoolBackward: OpDefinition<GlobalAveragePoolBackwardAttributes> = {
  name: 'globalAveragePoolBackward',
  infer(inputs, { inputShape }, where) {
    requireCount(inputs, 1, where)
    inputOfShape(inputs, 0, 'gradient', inputShape.slice(0, 2), where)
    return [{ shape: inputShape }]
  },
  reference([dy], [dx]) {
    const gradient = present(dy, 'dy').data
    const { shape, data } = present(dx, 'dx')
    const pixels = elementCount(shape.slice(2))
    for (let i = 0; i < data.length; i++) {
      data[i] = (gradient[Math.floor(i / pixels)] as number) / pixels
    }
  },
}

/** Mean over all of space: `[N, C, …]` → `[N, C]`, for inputs of any length and size. */
export const globalAveragePool: OpDefinition<object> = {
  name: 'globalAveragePool',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 1, where)
    const x = inputOfRank(inputs, 0, 'input', 3, 5, where)
    return [{ shape: x.shape.slice(0, 2) }]
  },
  gradient({ builder, node, inputs: [x], outputGradients: [dy] }) {
    if (dy === undefined) return []
    const inputShape = present(x, 'x').shape
    return [builder.applyOne(globalAveragePoolBackward, [dy], { inputShape }, node.path)]
  },
  reference([x], [y]) {
    const { shape, data } = present(x, 'x')
    const means = present(y, 'y').data
    const pixels = elementCount(shape.slice(2))
    for (let i = 0; i < means.length; i++) {
      let sum = 0
      for (let pixel = 0; pixel < pixels; pixel++) sum += data[i * pixels + pixel] as number
      means[i] = sum / pixels
    }
  },
  sumLength: ({ inputs }) => elementCount(inputs[0]?.shape.slice(2) ?? []),
}
