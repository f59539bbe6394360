import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

/** `dx = dy · w`: `weight` `[O, F]`, `dy` `[N, O]`, gives `[N, F]`. */
export const linearBackwardInput: OpDefinition<object> = {
  name: 'linearBackwardInput',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const weight = inputOfRank(inputs, 0, 'weight', 2, 2, where)
    const dy = inputOfRank(inputs, 1, 'gradient', 2, 2, where)
    const [outputs = 1, features = 1] = weight.shape
    const [batch = 1] = dy.shape
    inputOfShape(inputs, 1, 'gradient', [batch, outputs], where)
    return [{ shape: [batch, features] }]
  },
  reference([weight, dy], [dx]) {
    const w = present(weight, 'weight')
    const gradient = present(dy, 'dy').data
    const target = present(dx, 'dx').data
    const [outputs = 1, features = 1] = w.shape
    for (let i = 0; i < gradient.length; i++) {
      const n = Math.floor(i / outputs)
      const o = i % outputs
      for (let f = 0; f < features; f++) {
        const at = n * features + f
        target[at] =
          (target[at] as number) + (gradient[i] as number) * (w.data[o * features + f] as number)
      }
    }
  },
  multiplyAdds: (node) =>
    elementCount(node.inputs[0]?.shape ?? []) * (node.inputs[1]?.shape[0] ?? 1),
  sumLength: ({ inputs }) => inputs[0]?.shape[0] ?? 1,
}

/** `dw = dyᵀ · x`: `x` `[N, F]`, `dy` `[N, O]`, gives `[O, F]`. */
export const linearBackwardWeight: OpDefinition<object> = {
  name: 'linearBackwardWeight',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const x = inputOfRank(inputs, 0, 'input', 2, 2, where)
    const dy = inputOfRank(inputs, 1, 'gradient', 2, 2, where)
    const [batch = 1, features = 1] = x.shape
    const [, outputs = 1] = dy.shape
    inputOfShape(inputs, 1, 'gradient', [batch, outputs], where)
    return [{ shape: [outputs, features], kind: 'plain' }]
  },
  reference([x, dy], [dw]) {
    const input = present(x, 'x').data
    const gradient = present(dy, 'dy').data
    const target = present(dw, 'dw')
    const [outputs = 1, features = 1] = target.shape
    for (let i = 0; i < gradient.length; i++) {
      const n = Math.floor(i / outputs)
      const o = i % outputs
      for (let f = 0; f < features; f++) {
        const at = o * features + f
        target.data[at] =
          (target.data[at] as number) +
          (gradient[i] as number) * (input[n * features + f] as number)
      }
    }
  },
  multiplyAdds: (node) =>
    elementCount(node.inputs[0]?.shape ?? []) * (node.inputs[1]?.shape[1] ?? 1),
  sumLength: ({ inputs }) => inputs[0]?.shape[0] ?? 1,
}
