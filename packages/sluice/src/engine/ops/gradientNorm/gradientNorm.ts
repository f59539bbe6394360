import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt } from '../inputChecks.ts'

export interface GradientNormAttributes {
  /** Largest norm that updates may use; 0 or less clips nothing. */
  readonly maxNorm: number
}

/** PyTorch adds this to the norm before it divides. */
const clipEpsilon = 1e-6

/**
 * The norm of all gradients as one vector, and the factor that clips it to `maxNorm`, as PyTorch's
 * `clip_grad_norm_`: `scale = min(1, maxNorm / (norm + 1e-6))`. Two scalars.
 */
export const gradientNorm: OpDefinition<GradientNormAttributes> = {
  name: 'gradientNorm',
  infer(inputs, _attributes, where) {
    inputAt(inputs, 0, 'gradient', where)
    return [
      { shape: [], kind: 'plain' },
      { shape: [], kind: 'plain' },
    ]
  },
  reference(gradients, [norm, scale], { maxNorm }) {
    let squares = 0
    for (const { data } of gradients) {
      for (const value of data) squares += value * value
    }
    const length = Math.sqrt(squares)
    present(norm, 'norm').data[0] = length
    present(scale, 'scale').data[0] =
      maxNorm <= 0 ? 1 : Math.min(1, maxNorm / (length + clipEpsilon))
  },
  sumLength: ({ inputs }) => inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0),
}
