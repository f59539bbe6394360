import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'
import { type ActivationKind, activationKinds } from './activationKinds.ts'

export interface ActivationAttributes {
  readonly kind: ActivationKind
}

/** Gradient of an activation from its input: `dx = dy · f′(x)`. */
export const activationBackward: OpDefinition<ActivationAttributes> = {
  name: 'activationBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const x = inputAt(inputs, 0, 'input', where)
    inputOfShape(inputs, 1, 'gradient', x.shape, where)
    return [{ shape: x.shape, kind: x.kind }]
  },
  reference([x, dy], [dx], { kind }) {
    const { derivative } = activationKinds[kind]
    const input = present(x, 'x').data
    const gradient = present(dy, 'dy').data
    const target = present(dx, 'dx').data
    for (let i = 0; i < target.length; i++) {
      target[i] = (gradient[i] as number) * derivative(input[i] as number)
    }
  },
}

/** An activation, elementwise: `y = f(x)`. */
export const activation: OpDefinition<ActivationAttributes> = {
  name: 'activation',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 1, where)
    const x = inputAt(inputs, 0, 'input', where)
    return [{ shape: x.shape, kind: x.kind }]
  },
  gradient({ builder, node, inputs: [x], attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    return [builder.applyOne(activationBackward, [present(x, 'x'), dy], attributes, node.path)]
  },
  reference([x], [y], { kind }) {
    const { value } = activationKinds[kind]
    const input = present(x, 'x').data
    const output = present(y, 'y').data
    for (let i = 0; i < output.length; i++) output[i] = value(input[i] as number)
  },
}
