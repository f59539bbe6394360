import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, between, type CaseInput, opCases, plainInput } from '../opCase.ts'
import { type ElementLossAttributes, elementLoss, elementLossBackward } from './elementLoss.ts'
import { type ElementLossKind, elementLossKinds } from './lossKinds.ts'

/** One element, a rest of a vector, channels last, and more than one chunk. */
const shapes: readonly Shape[] = [[1], [3, 7], [2, 3, 5, 7], [1, 5, 3, 30, 41]]

/** Constant targets, each to be met on both sides. */
const constants: Readonly<Record<ElementLossKind, readonly number[]>> = {
  meanAbsoluteError: [0],
  meanSquaredError: [1],
  smoothL1: [0.25],
  binaryCrossEntropyWithLogits: [0, 1],
  hinge: [1, -1],
}

interface Setting {
  readonly name: string
  readonly inputs: readonly CaseInput[]
  readonly attributes: ElementLossAttributes
}

function settings(kind: ElementLossKind): Setting[] {
  const spread = kind === 'binaryCrossEntropyWithLogits' ? 20 : 2
  const betas = kind === 'smoothL1' ? [1, 0.1, 0] : [1]
  return shapes.flatMap((shape) =>
    betas.flatMap((beta) => {
      const x = activationInput('x', shape, between(-spread, spread))
      const about = `${kind} of [${shape.join(', ')}]${kind === 'smoothL1' ? `, beta ${beta}` : ''}`
      const target = activationInput('target', shape, between(-1, 1))
      return [
        { name: about, inputs: [x, target], attributes: { kind, beta } },
        ...constants[kind].map((constant) => ({
          name: `${about}, target ${constant}`,
          inputs: [x],
          attributes: { kind, beta, target: constant },
        })),
      ]
    }),
  )
}

const looseness = {
  factor: 4,
  why: 'exponentials in float32 are accurate to a few units in the last place',
}

const all = elementLossKinds.flatMap(settings)

const plainPair: Setting = {
  name: 'meanSquaredError of plain tensors',
  inputs: [plainInput('x', [4, 3, 3]), plainInput('target', [4, 3, 3])],
  attributes: { kind: 'meanSquaredError', beta: 1 },
}

export const elementLossCases = opCases({
  op: elementLoss,
  looseness,
  cases: [...all, plainPair],
})

export const elementLossBackwardCases = opCases({
  op: elementLossBackward,
  looseness,
  cases: [...all, plainPair].map(({ inputs, ...rest }) => ({
    ...rest,
    inputs: [...inputs, plainInput('dLoss', [], between(0.5, 2))],
  })),
})
