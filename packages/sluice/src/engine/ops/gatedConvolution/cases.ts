import type { Shape } from '../../../foundation/shape.ts'
import { type ActivationKind, activationKinds } from '../activation/activationKinds.ts'
import {
  type ConvolutionCase,
  convolutionCases,
  convolutionWeight,
} from '../convolution/convolutionCases.ts'
import { activationInput, type OpCase, opCases, weightInput } from '../opCase.ts'
import { type GateAttributes, gateBackward } from './gateBackward.ts'
import { type GatedConvAttributes, gatedConv } from './gatedConv.ts'

const kinds = Object.keys(activationKinds) as ActivationKind[]

const looseness = {
  factor: 4,
  why: 'gates go through exponentials, accurate to a few units in the last place in float32',
}

function gatedCase(
  { name, x, weight, window }: ConvolutionCase,
  bias: boolean,
  gates: GateAttributes,
): OpCase<GatedConvAttributes> {
  const [channels = 1] = weight
  const { featureActivation, gateActivation, activation } = gates
  return {
    name: `${name}, ${featureActivation}·${gateActivation}${activation === 'relu' ? ', ReLU' : ''}${bias ? ', bias' : ''}`,
    inputs: [
      activationInput('x', x),
      convolutionWeight('weight', weight),
      convolutionWeight('gateWeight', weight),
      ...(bias ? [weightInput('bias', [channels]), weightInput('gateBias', [channels])] : []),
    ],
    attributes: { ...window, ...gates, bias },
  }
}

const small = convolutionCases.filter(({ name }) => name === '2-D, two groups')

export const gatedConvCases = opCases<GatedConvAttributes>({
  op: gatedConv,
  looseness,
  cases: [
    ...convolutionCases.map((convolution, index) =>
      gatedCase(convolution, index % 3 !== 2, {
        featureActivation: 'none',
        gateActivation: 'sigmoid',
        activation: index % 2 === 0 ? 'relu' : 'none',
      }),
    ),
    ...small.flatMap((convolution) =>
      kinds.flatMap((kind) => [
        gatedCase(convolution, true, {
          featureActivation: kind,
          gateActivation: 'sigmoid',
          activation: 'none',
        }),
        gatedCase(convolution, true, {
          featureActivation: 'elu',
          gateActivation: kind,
          activation: 'relu',
        }),
      ]),
    ),
  ],
})

function gateCase(shape: Shape, gates: GateAttributes): OpCase<GateAttributes> {
  const [batch = 1, channels = 1, ...space] = shape
  const { featureActivation, gateActivation, activation } = gates
  return {
    name: `[${shape.join(', ')}], ${featureActivation}·${gateActivation}${activation === 'relu' ? ', ReLU' : ''}`,
    inputs: [
      activationInput('saved', shape, { from: 'awayFromZero' }),
      activationInput('dy', [batch, channels / 2, ...space]),
    ],
    attributes: gates,
  }
}

const gateShapes: readonly Shape[] = [
  [1, 2, 5],
  [3, 6, 7, 5],
  [2, 8, 3, 5, 5],
  [1, 34, 4, 12, 12],
  [1, 16, 8, 24, 24],
]

export const gateBackwardCases = opCases<GateAttributes>({
  op: gateBackward,
  looseness,
  cases: [
    ...gateShapes.flatMap((shape) =>
      (['none', 'relu'] as const).map((activation) =>
        gateCase(shape, { featureActivation: 'none', gateActivation: 'sigmoid', activation }),
      ),
    ),
    ...kinds.flatMap((kind) => [
      gateCase([2, 10, 6, 7], {
        featureActivation: kind,
        gateActivation: 'sigmoid',
        activation: 'relu',
      }),
      gateCase([2, 10, 6, 7], {
        featureActivation: 'tanh',
        gateActivation: kind,
        activation: 'none',
      }),
    ]),
  ],
})
