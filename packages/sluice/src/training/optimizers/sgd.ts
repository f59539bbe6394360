import { sgdUpdate } from '../../engine/ops/sgdUpdate/sgdUpdate.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { checkRange } from './checkRange.ts'
import { decayOf, type Update, zeroState } from './update.ts'

/** Stochastic gradient descent with PyTorch's momentum. */
export interface Sgd {
  readonly type: 'sgd'
  readonly momentum: number
  readonly weightDecay: number
  readonly nesterov: boolean
}

/** Defaults: momentum 0.9, weightDecay 0, nesterov false. Biases and norms are never decayed. */
export function sgd(options: Partial<Omit<Sgd, 'type'>> = {}): Sgd {
  const { momentum = 0.9, weightDecay = 0, nesterov = false } = options
  checkRange('sgd', 'momentum', momentum, 0, 1)
  checkRange('sgd', 'weightDecay', weightDecay, 0, Number.MAX_VALUE)
  if (nesterov && momentum === 0) {
    throw new SluiceError('usage', 'nesterov needs momentum', { where: 'sgd' })
  }
  return { type: 'sgd', momentum, weightDecay, nesterov }
}

export function applySgd({ momentum, weightDecay, nesterov }: Sgd, update: Update): void {
  const { builder, parameter, gradient, learningRate, scale } = update
  const inputs = [parameter, gradient, learningRate]
  if (scale !== undefined) inputs.push(scale)
  if (momentum > 0) inputs.push(zeroState(update, 'momentum'))
  const decay = decayOf(update, weightDecay)
  const attributes = { momentum, weightDecay: decay, nesterov, scaled: scale !== undefined }
  builder.apply(sgdUpdate, inputs, attributes, parameter.name)
}
