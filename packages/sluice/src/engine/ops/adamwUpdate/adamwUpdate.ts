import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'

export interface AdamwUpdateAttributes {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** Decay added to the gradient, as Adam's, and not taken off the parameter, as AdamW's. Default false. */
  readonly coupledDecay?: boolean
  /** Whether a factor for the gradient is given (clipping). */
  readonly scaled: boolean
}

/**
 * Inputs stand in the order parameter, gradient, learning rate, step, scale?, first moment, second
 * moment.
 */
function firstMomentAt({ scaled }: AdamwUpdateAttributes): number {
  return scaled ? 5 : 4
}

/**
 * One step of AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019) in
 * PyTorch's order: decay the parameter, update both moments, divide. With `coupledDecay` it is Adam
 * (Kingma and Ba 2015), whose decay joins the gradient instead. `step` counts from 0.
 */
export const adamwUpdate: OpDefinition<AdamwUpdateAttributes> = {
  name: 'adamwUpdate',
  infer(inputs, attributes, where) {
    const first = firstMomentAt(attributes)
    requireCount(inputs, first + 2, where)
    const { shape } = inputAt(inputs, 0, 'parameter', where)
    inputOfShape(inputs, 1, 'gradient', shape, where)
    inputOfShape(inputs, 2, 'learning rate', [], where)
    inputOfShape(inputs, 3, 'step', [], where)
    if (attributes.scaled) inputOfShape(inputs, 4, 'scale', [], where)
    inputOfShape(inputs, first, 'first moment', shape, where)
    inputOfShape(inputs, first + 1, 'second moment', shape, where)
    return []
  },
  reference(inputs, _outputs, attributes) {
    const { beta1, beta2, epsilon, weightDecay, coupledDecay = false, scaled } = attributes
    const joined = coupledDecay ? weightDecay : 0
    const apart = coupledDecay ? 0 : weightDecay
    const first = firstMomentAt(attributes)
    const parameter = present(inputs[0], 'parameter').data
    const gradient = present(inputs[1], 'gradient').data
    const rate = present(inputs[2]?.data[0], 'learning rate')
    const time = present(inputs[3]?.data[0], 'step') + 1
    const scale = scaled ? present(inputs[4]?.data[0], 'scale') : 1
    const mean = present(inputs[first], 'first moment').data
    const square = present(inputs[first + 1], 'second moment').data
    const correction1 = 1 - beta1 ** time
    const correction2 = 1 - beta2 ** time
    for (let i = 0; i < parameter.length; i++) {
      const slope = (gradient[i] as number) * scale + joined * (parameter[i] as number)
      const m = beta1 * (mean[i] as number) + (1 - beta1) * slope
      const v = beta2 * (square[i] as number) + (1 - beta2) * slope * slope
      mean[i] = m
      square[i] = v
      const decayed = (parameter[i] as number) * (1 - rate * apart)
      const denominator = Math.sqrt(v) / Math.sqrt(correction2) + epsilon
      parameter[i] = decayed - ((rate / correction1) * m) / denominator
    }
  },
  mutates: (attributes) => {
    const first = firstMomentAt(attributes)
    return [0, first, first + 1]
  },
}
