import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition, ReferenceTensor } from '../../graph/opDefinition.ts'
import type { Value } from '../../graph/value.ts'
import { alikeInputs, inputAt, inputOfShape, requireCount } from '../inputChecks.ts'
import { type ElementLossKind, elementRules } from './lossKinds.ts'

export interface ElementLossAttributes {
  readonly kind: ElementLossKind
  /** Where `smoothL1` turns from a parabola into a line; others ignore it. */
  readonly beta: number
  /** The target of all elements, where none is given as a tensor. */
  readonly target?: number
}

function checkInputs(
  inputs: readonly Value[],
  { kind, beta, target }: ElementLossAttributes,
  where: string,
): Value {
  if (kind === 'smoothL1' && !(beta >= 0 && Number.isFinite(beta))) {
    throw new SluiceError('usage', 'beta must be a number from 0 up', {
      where,
      received: String(beta),
    })
  }
  if (target === undefined) return alikeInputs(inputs, where)
  requireCount(inputs, 1, where)
  return inputAt(inputs, 0, 'output of the model', where)
}

/** The target of an element: of the tensor, or the one of all. */
function targetAt(
  targets: ReferenceTensor | undefined,
  { target }: ElementLossAttributes,
  index: number,
): number {
  return target ?? (present(targets, 'target').data[index] as number)
}

/** Gradients of the mean: of the model's output, and of the target where it is a tensor. */
export const elementLossBackward: OpDefinition<ElementLossAttributes> = {
  name: 'elementLossBackward',
  infer(inputs, attributes, where) {
    const dLossAt = inputs.length - 1
    inputOfShape(inputs, dLossAt, 'gradient of the loss', [], where)
    const { shape, kind } = checkInputs(inputs.slice(0, dLossAt), attributes, where)
    return inputs.slice(0, dLossAt).map(() => ({ shape, kind }))
  },
  reference(inputs, [dx, dTarget], attributes) {
    const { kind, beta } = attributes
    const x = present(inputs[0], 'output of the model').data
    const targets = inputs.length > 2 ? inputs[1] : undefined
    const scale = present(inputs.at(-1)?.data[0], 'gradient of the loss') / x.length
    const rule = elementRules[kind]
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number
      const target = targetAt(targets, attributes, i)
      if (dx !== undefined) dx.data[i] = scale * rule.slope(value, target, beta)
      if (dTarget !== undefined) dTarget.data[i] = scale * rule.targetSlope(value, target, beta)
    }
  },
}

/**
 * The mean, over all elements, of a loss between a model's output and a target of the same shape, as
 * PyTorch's `l1_loss`, `mse_loss`, `smooth_l1_loss`, `binary_cross_entropy_with_logits`, and the
 * hinge `mean(max(0, 1 − target · x))` of targets ±1 (Lim and Ye 2017, for adversarial training).
 * With the attribute `target` one number stands for a whole tensor of targets.
 */
export const elementLoss: OpDefinition<ElementLossAttributes> = {
  name: 'elementLoss',
  infer(inputs, attributes, where) {
    checkInputs(inputs, attributes, where)
    return [{ shape: [], kind: 'plain' }]
  },
  gradient({ builder, node, inputs, attributes, outputGradients: [dLoss] }) {
    if (dLoss === undefined) return []
    return builder.apply(elementLossBackward, [...inputs, dLoss], attributes, node.path)
  },
  reference([x, targets], [loss], attributes) {
    const { data } = present(x, 'output of the model')
    const { value } = elementRules[attributes.kind]
    let sum = 0
    for (let i = 0; i < data.length; i++) {
      sum += value(data[i] as number, targetAt(targets, attributes, i), attributes.beta)
    }
    present(loss, 'loss').data[0] = sum / data.length
  },
  sumLength: ({ inputs }) => elementCount(inputs[0]?.shape ?? []),
}
