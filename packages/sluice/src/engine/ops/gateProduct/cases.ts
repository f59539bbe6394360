import type { Shape } from '../../../foundation/shape.ts'
import { type ActivationKind, activationKinds } from '../activation/activationKinds.ts'
import type { GateAttributes } from '../gatedConvolution/gateBackward.ts'
import { activationInput, type CaseInput, type OpCase, opCases } from '../opCase.ts'
import { gateProduct } from './gateProduct.ts'
import { gateProductBackward } from './gateProductBackward.ts'

const looseness = {
  factor: 4,
  why: 'gates go through exponentials, accurate to a few units in the last place in float32',
}

interface GateShapes {
  readonly feature: Shape
  readonly gate: Shape
}

/** Full gates, gates per group of channels and single gates, in every rank and way of sharing. */
const shapes: readonly GateShapes[] = [
  { feature: [3, 7], gate: [3, 7] },
  { feature: [2, 6], gate: [2, 3] },
  { feature: [1, 5, 9], gate: [1, 5, 9] },
  { feature: [2, 6, 7], gate: [2, 2, 7] },
  { feature: [2, 5, 7], gate: [2, 1, 7] },
  { feature: [2, 5, 7], gate: [2, 5, 1] },
  { feature: [3, 7, 5, 6], gate: [3, 7, 5, 6] },
  { feature: [2, 8, 5, 6], gate: [2, 2, 5, 6] },
  { feature: [1, 6, 5, 6], gate: [1, 1, 5, 6] },
  { feature: [2, 6, 5, 4], gate: [2, 6, 5, 1] },
  { feature: [2, 6, 5, 4], gate: [2, 3, 1, 4] },
  { feature: [2, 6, 4, 5, 3], gate: [2, 6, 4, 5, 3] },
  { feature: [2, 6, 4, 5, 3], gate: [2, 6, 1, 1, 1] },
  { feature: [1, 6, 4, 5, 3], gate: [1, 2, 4, 1, 3] },
  { feature: [2, 10, 3, 5, 3], gate: [2, 2, 1, 5, 1] },
  { feature: [3, 5, 3, 4, 2], gate: [3, 1, 1, 1, 1] },
  { feature: [2, 1, 3, 4, 2], gate: [2, 1, 3, 4, 1] },
  { feature: [1, 17, 6, 20, 20], gate: [1, 17, 6, 20, 20] },
  { feature: [2, 33, 6, 20, 20], gate: [2, 33, 1, 1, 1] },
  { feature: [1, 32, 6, 20, 20], gate: [1, 1, 6, 20, 20] },
  { feature: [1, 24, 6, 20, 20], gate: [1, 4, 6, 1, 1] },
]

const usual: GateAttributes = {
  featureActivation: 'none',
  gateActivation: 'sigmoid',
  activation: 'none',
}

function gateCase(
  { feature, gate }: GateShapes,
  attributes: GateAttributes,
  more: readonly CaseInput[] = [],
): OpCase<GateAttributes> {
  const { featureActivation, gateActivation, activation } = attributes
  return {
    name: `[${feature.join(', ')}] by [${gate.join(', ')}], ${featureActivation}·${gateActivation}${activation === 'relu' ? ', ReLU' : ''}`,
    inputs: [
      activationInput('feature', feature, { from: 'awayFromZero' }),
      activationInput('gate', gate, { from: 'awayFromZero' }),
      ...more,
    ],
    attributes,
  }
}

const kinds = Object.keys(activationKinds) as ActivationKind[]
const full: GateShapes = { feature: [2, 5, 4, 3], gate: [2, 5, 4, 3] }
const shared: GateShapes = { feature: [2, 6, 4, 3], gate: [2, 2, 1, 3] }

const given: readonly (readonly [GateShapes, GateAttributes])[] = [
  ...shapes.map((entry, index): readonly [GateShapes, GateAttributes] => [
    entry,
    { ...usual, activation: index % 3 === 2 ? 'relu' : 'none' },
  ]),
  ...kinds.flatMap((kind): (readonly [GateShapes, GateAttributes])[] => [
    [full, { ...usual, featureActivation: kind, activation: 'relu' }],
    [full, { ...usual, featureActivation: 'tanh', gateActivation: kind }],
    [shared, { ...usual, featureActivation: 'elu', gateActivation: kind, activation: 'relu' }],
  ]),
]

export const gateProductCases = opCases<GateAttributes>({
  op: gateProduct,
  looseness,
  cases: given.map(([entry, attributes]) => gateCase(entry, attributes)),
})

export const gateProductBackwardCases = opCases<GateAttributes>({
  op: gateProductBackward,
  looseness,
  cases: given.map(([entry, attributes]) =>
    gateCase(entry, attributes, [activationInput('dy', entry.feature)]),
  ),
})
