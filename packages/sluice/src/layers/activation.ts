import type { Module } from '../engine/graph/module.ts'
import { activation as activationOp } from '../engine/ops/activation/activation.ts'
import { type ActivationKind, activationKinds } from '../engine/ops/activation/activationKinds.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from './description/readModule.ts'

/** The names of all activations, `none` among them. */
export const activationNames = Object.keys(activationKinds) as readonly ActivationKind[]

/** A function applied to every element; PyTorch's definitions and constants. */
export function activation(kind: ActivationKind): Module {
  checkActivation('activation', 'kind', kind)
  return {
    type: 'activation',
    describe: () => ({ type: 'activation', kind }),
    build: (scope, input) =>
      kind === 'none' ? input : scope.apply(activationOp, [input], { kind }),
  }
}

/** `max(x, 0)`. Right after a convolution in a `sequential`, it costs nothing. */
export const relu = (): Module => activation('relu')
/** `x` above zero, `0.01·x` below. */
export const leakyRelu = (): Module => activation('leakyRelu')
/** `x` above zero, `eˣ − 1` below. */
export const elu = (): Module => activation('elu')
/** `x·Φ(x)` with the exact error function. */
export const gelu = (): Module => activation('gelu')
/** `x·σ(x)`, also called swish. */
export const silu = (): Module => activation('silu')
/** The hyperbolic tangent. */
export const tanh = (): Module => activation('tanh')
/** `1 / (1 + e⁻ˣ)`. */
export const sigmoid = (): Module => activation('sigmoid')
/** `clamp(x/6 + 1/2, 0, 1)`: the sigmoid in straight lines. */
export const hardSigmoid = (): Module => activation('hardSigmoid')

/** True for the layer that a convolution before it can take over. */
export function isRelu(module: Module | undefined): boolean {
  return module?.type === 'activation' && module.describe().kind === 'relu'
}

export function checkActivation(layer: string, name: string, kind: ActivationKind): void {
  if (activationNames.includes(kind)) return
  throw new SluiceError('usage', `${name} is not an activation`, {
    where: layer,
    expected: activationNames.join(', '),
    received: String(kind),
  })
}

export const readActivation: ModuleReader = (fields) =>
  activation(fields.choice('kind', activationNames))
