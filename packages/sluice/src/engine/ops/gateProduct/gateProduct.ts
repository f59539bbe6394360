import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { activation as activationOp } from '../activation/activation.ts'
import { activationKinds } from '../activation/activationKinds.ts'
import type { GateAttributes } from '../gatedConvolution/gateBackward.ts'
import { requireCount } from '../inputChecks.ts'
import { gateProductBackward } from './gateProductBackward.ts'
import { checkGate, gateIndices } from './gateShapes.ts'

/**
 * `y = activation(φ(f) · γ(g))` for a feature `[N, C, …space]` and a gate that was made elsewhere,
 * `[N, G, …]`: full (G = C), one gate per group of channels (channel c takes gate ⌊c·G/C⌋), or one for
 * all (G = 1); sizes of space that are 1 serve the whole axis, as in the global-pool gates of S3D-G
 * (Xie et al. 2018). Convolutions whose gate is a convolution of the same input have an op of their own.
 */
export const gateProduct: OpDefinition<GateAttributes> = {
  name: 'gateProduct',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const [feature] = checkGate(inputs, where)
    return [{ shape: feature.shape }]
  },
  gradient({ builder, node, inputs, attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    return builder.apply(gateProductBackward, [...inputs, dy], attributes, node.path)
  },
  gateValues(builder, { attributes: { gateActivation: kind }, inputs: [, gate], path }) {
    const sums = present(gate, 'gate')
    return kind === 'none' ? sums : builder.applyOne(activationOp, [sums], { kind }, path)
  },
  reference([f, g], [y], { featureActivation, gateActivation, activation }) {
    const feature = present(f, 'feature')
    const gate = present(g, 'gate')
    const output = present(y, 'y').data
    const indices = gateIndices(feature.shape, gate.shape)
    for (let i = 0; i < output.length; i++) {
      const opening = gate.data[indices[i] as number] as number
      const value =
        activationKinds[featureActivation].value(feature.data[i] as number) *
        activationKinds[gateActivation].value(opening)
      output[i] = activation === 'relu' && value < 0 ? 0 : value
    }
  },
}
