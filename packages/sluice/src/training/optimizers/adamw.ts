import { adamwUpdate } from '../../engine/ops/adamwUpdate/adamwUpdate.ts'
import { checkRange } from './checkRange.ts'
import { decayOf, type Update, zeroState } from './update.ts'

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's `AdamW`. */
export interface Adamw {
  readonly type: 'adamw'
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
}

/** Defaults: betas 0.9 and 0.999, epsilon 1e-8, weightDecay 0.01. Biases and norms are never decayed. */
export function adamw(options: Partial<Omit<Adamw, 'type'>> = {}): Adamw {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options
  checkRange('adamw', 'beta1', beta1, 0, 1)
  checkRange('adamw', 'beta2', beta2, 0, 1)
  checkRange('adamw', 'epsilon', epsilon, 0, 1)
  checkRange('adamw', 'weightDecay', weightDecay, 0, Number.MAX_VALUE)
  return { type: 'adamw', beta1, beta2, epsilon, weightDecay }
}

export function applyAdamw({ type: _, weightDecay, ...rest }: Adamw, update: Update): void {
  const { builder, parameter, gradient, learningRate, step, scale } = update
  const inputs = [parameter, gradient, learningRate, step]
  if (scale !== undefined) inputs.push(scale)
  inputs.push(zeroState(update, 'firstMoment'), zeroState(update, 'secondMoment'))
  const decay = decayOf(update, weightDecay)
  const attributes = { ...rest, weightDecay: decay, scaled: scale !== undefined }
  builder.apply(adamwUpdate, inputs, attributes, parameter.name)
}
