import { adamwUpdate } from '../../engine/ops/adamwUpdate/adamwUpdate.ts'
import { checkRange } from './checkRange.ts'
import { decayOf, type Update, zeroState } from './update.ts'

/** What Adam and AdamW are told. */
interface AdamSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
}

/** Adam (Kingma and Ba 2015), as PyTorch's `Adam`: weight decay joins the gradient. */
export interface Adam extends AdamSettings {
  readonly type: 'adam'
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's `AdamW`. */
export interface Adamw extends AdamSettings {
  readonly type: 'adamw'
}

/**
 * Defaults: betas 0.9 and 0.999, epsilon 1e-8, weightDecay 0. Biases and norms are never decayed.
 * Adversarial training often takes beta1 0.5 (Radford, Metz and Chintala 2016).
 */
export function adam(options: Partial<AdamSettings> = {}): Adam {
  return { type: 'adam', ...settings('adam', { weightDecay: 0, ...options }) }
}

/** Defaults: betas 0.9 and 0.999, epsilon 1e-8, weightDecay 0.01. Biases and norms are never decayed. */
export function adamw(options: Partial<AdamSettings> = {}): Adamw {
  return { type: 'adamw', ...settings('adamw', options) }
}

function settings(where: string, options: Partial<AdamSettings>): AdamSettings {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options
  checkRange(where, 'beta1', beta1, 0, 1)
  checkRange(where, 'beta2', beta2, 0, 1)
  checkRange(where, 'epsilon', epsilon, 0, 1)
  checkRange(where, 'weightDecay', weightDecay, 0, Number.MAX_VALUE)
  return { beta1, beta2, epsilon, weightDecay }
}

export function applyAdam({ type, weightDecay, ...rest }: Adam | Adamw, update: Update): void {
  const { builder, parameter, gradient, learningRate, step, scale } = update
  const inputs = [parameter, gradient, learningRate, step]
  if (scale !== undefined) inputs.push(scale)
  inputs.push(zeroState(update, 'firstMoment'), zeroState(update, 'secondMoment'))
  const attributes = {
    ...rest,
    weightDecay: decayOf(update, weightDecay),
    coupledDecay: type === 'adam',
    scaled: scale !== undefined,
  }
  builder.apply(adamwUpdate, inputs, attributes, parameter.name)
}
