import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'

export interface SgdUpdateAttributes {
  /** 0 for none, and then without a buffer. */
  readonly momentum: number
  readonly weightDecay: number
  readonly nesterov: boolean
  /** Whether a factor for the gradient is given (clipping). */
  readonly scaled: boolean
}

/** Inputs stand in the order parameter, gradient, learning rate, scale?, momentum buffer?. */
function places({ momentum, scaled }: SgdUpdateAttributes): { buffer: number; count: number } {
  const buffer = scaled ? 4 : 3
  return { buffer, count: momentum > 0 ? buffer + 1 : buffer }
}

/**
 * One step of stochastic gradient descent, as PyTorch's `SGD` without dampening:
 * `g = scale · gradient + weightDecay · p`, `buffer = momentum · buffer + g`, and `p −= rate · buffer`
 * (Nesterov: `rate · (g + momentum · buffer)`). A buffer of zeros gives PyTorch's first step.
 */
export const sgdUpdate: OpDefinition<SgdUpdateAttributes> = {
  name: 'sgdUpdate',
  infer(inputs, attributes, where) {
    const { buffer, count } = places(attributes)
    requireCount(inputs, count, where)
    const { shape } = inputAt(inputs, 0, 'parameter', where)
    inputOfShape(inputs, 1, 'gradient', shape, where)
    inputOfShape(inputs, 2, 'learning rate', [], where)
    if (attributes.scaled) inputOfShape(inputs, 3, 'scale', [], where)
    if (attributes.momentum > 0) inputOfShape(inputs, buffer, 'momentum buffer', shape, where)
    return []
  },
  reference(inputs, _outputs, attributes) {
    const { momentum, weightDecay, nesterov, scaled } = attributes
    const parameter = present(inputs[0], 'parameter').data
    const gradient = present(inputs[1], 'gradient').data
    const rate = present(inputs[2]?.data[0], 'learning rate')
    const scale = scaled ? present(inputs[3]?.data[0], 'scale') : 1
    const buffer = inputs[places(attributes).buffer]?.data
    for (let i = 0; i < parameter.length; i++) {
      const p = parameter[i] as number
      const slope = (gradient[i] as number) * scale + weightDecay * p
      let direction = slope
      if (buffer !== undefined) {
        const velocity = momentum * (buffer[i] as number) + slope
        buffer[i] = velocity
        direction = nesterov ? slope + momentum * velocity : velocity
      }
      parameter[i] = p - rate * direction
    }
  },
  mutates: (attributes) => (attributes.momentum > 0 ? [0, places(attributes).buffer] : [0]),
}
