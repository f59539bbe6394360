import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, requireCount } from '../inputChecks.ts'

export interface ScaleAttributes {
  readonly factor: number
  readonly offset: number
}

/** `y = factor · x + offset` with constants. */
export const scale: OpDefinition<ScaleAttributes> = {
  name: 'scale',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 1, where)
    const { shape, kind } = inputAt(inputs, 0, 'input', where)
    return [{ shape, kind }]
  },
  gradient({ builder, node, attributes: { factor }, outputGradients: [dy] }) {
    if (dy === undefined) return []
    return [builder.applyOne(scale, [dy], { factor, offset: 0 }, node.path)]
  },
  reference([x], [y], { factor, offset }) {
    const input = present(x, 'x').data
    const output = present(y, 'y').data
    for (let i = 0; i < output.length; i++) output[i] = factor * (input[i] as number) + offset
  },
}
