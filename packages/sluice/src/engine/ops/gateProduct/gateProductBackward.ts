import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { activationKinds } from '../activation/activationKinds.ts'
import type { GateAttributes } from '../gatedConvolution/gateBackward.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import { checkGate, gateIndices } from './gateShapes.ts'

/**
 * Gradients of feature and gate of `gateProduct` from both and `dy`. A gate that serves several
 * elements gets the sum over them.
 */
export const gateProductBackward: OpDefinition<GateAttributes> = {
  name: 'gateProductBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 3, where)
    const [feature, gate] = checkGate(inputs, where)
    inputOfShape(inputs, 2, 'gradient', feature.shape, where)
    return [{ shape: feature.shape }, { shape: gate.shape }]
  },
  reference([f, g, dy], [df, dg], { featureActivation, gateActivation, activation }) {
    const feature = present(f, 'feature')
    const gate = present(g, 'gate')
    const gradient = present(dy, 'dy').data
    const featureGradient = present(df, 'df').data
    const gateGradient = present(dg, 'dg').data
    const indices = gateIndices(feature.shape, gate.shape)
    const phi = activationKinds[featureActivation]
    const gamma = activationKinds[gateActivation]
    for (let i = 0; i < gradient.length; i++) {
      const at = indices[i] as number
      const x = feature.data[i] as number
      const opening = gate.data[at] as number
      const closed = activation === 'relu' && !(phi.value(x) * gamma.value(opening) > 0)
      const slope = closed ? 0 : (gradient[i] as number)
      featureGradient[i] = slope * phi.derivative(x) * gamma.value(opening)
      gateGradient[at] =
        (gateGradient[at] as number) + slope * phi.value(x) * gamma.derivative(opening)
    }
  },
  sumLength: ({ inputs: [feature, gate] }) =>
    elementCount(feature?.shape ?? []) / elementCount(gate?.shape ?? []),
}
