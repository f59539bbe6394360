import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { type ActivationKind, activationKinds } from '../activation/activationKinds.ts'
import { branchShape } from '../convolution/branches.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

/** How feature `f` and gate `g` become the output: `activation(φ(f) · γ(g))`. */
export interface GateAttributes {
  readonly featureActivation: ActivationKind
  readonly gateActivation: ActivationKind
  readonly activation: 'none' | 'relu'
}

/** `y = activation(φ(f) · γ(g))`, elementwise on `saved` `[N, 2·O, …]`: features, then gates. */
export function gate(
  saved: Float64Array,
  y: Float64Array,
  batch: number,
  { featureActivation, gateActivation, activation }: GateAttributes,
): void {
  const feature = activationKinds[featureActivation]
  const opening = activationKinds[gateActivation]
  const length = y.length / batch
  for (let i = 0; i < y.length; i++) {
    const f = i + Math.floor(i / length) * length
    const value = feature.value(saved[f] as number) * opening.value(saved[f + length] as number)
    y[i] = activation === 'relu' && value < 0 ? 0 : value
  }
}

/** Gradients of feature and gate before their activations, side by side as in `saved`. */
export const gateBackward: OpDefinition<GateAttributes> = {
  name: 'gateBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const { shape } = inputOfRank(inputs, 0, 'saved sums', 2, 5, where)
    const [, channels = 1] = shape
    if (channels % 2 !== 0) {
      throw new SluiceError('shape', 'features and gates are not equally many', {
        where,
        expected: 'an even number of channels',
        received: formatShape(shape),
      })
    }
    inputOfShape(inputs, 1, 'gradient', branchShape(shape, 2), where)
    return [{ shape }]
  },
  reference([saved, dy], [dPre], { featureActivation, gateActivation, activation }) {
    const sums = present(saved, 'saved')
    const gradient = present(dy, 'dy').data
    const target = present(dPre, 'dPre').data
    const feature = activationKinds[featureActivation]
    const opening = activationKinds[gateActivation]
    const length = elementCount(sums.shape.slice(1)) / 2
    for (let i = 0; i < gradient.length; i++) {
      const at = i + Math.floor(i / length) * length
      const f = sums.data[at] as number
      const g = sums.data[at + length] as number
      const closed = activation === 'relu' && !(feature.value(f) * opening.value(g) > 0)
      const slope = closed ? 0 : (gradient[i] as number)
      target[at] = slope * feature.derivative(f) * opening.value(g)
      target[at + length] = slope * feature.value(f) * opening.derivative(g)
    }
  },
}
