import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases, weightInput } from '../opCase.ts'
import { channelSum } from './channelSum.ts'
import { type ConvAttributes, conv } from './conv.ts'
import { convBackwardInput } from './convBackwardInput.ts'
import { convBackwardWeight } from './convBackwardWeight.ts'
import { convolutionCases, convolutionWeight } from './convolutionCases.ts'
import { convolutionOutputShape } from './convolutionShapes.ts'
import type { ConvolutionAttributes } from './geometry.ts'

const branchCounts = [1, 2] as const

/** Shape of the output gradient: the channels of all branches. */
function gradientShape(
  x: Shape,
  weight: Shape,
  window: ConvolutionAttributes,
  branches: number,
): Shape {
  const [batch = 1, channels = 1, ...space] = convolutionOutputShape(x, weight, window, 'cases')
  return [batch, channels * branches, ...space]
}

export const convCases = opCases<ConvAttributes>({
  op: conv,
  cases: convolutionCases.map(({ name, x, weight, window }, index) => {
    const bias = index % 3 !== 1
    const activation = index % 2 === 0 ? 'relu' : 'none'
    const [channels = 1] = weight
    return {
      name: `${name}${bias ? ', bias' : ''}${activation === 'relu' ? ', ReLU' : ''}`,
      inputs: [
        activationInput('x', x),
        convolutionWeight('weight', weight),
        ...(bias ? [weightInput('bias', [channels])] : []),
      ],
      attributes: { ...window, bias, activation },
    }
  }),
})

export const convBackwardInputCases = opCases({
  op: convBackwardInput,
  cases: convolutionCases.flatMap(({ name, x, weight, window }) =>
    branchCounts.map((branches) => ({
      name: `${name}, branches ${branches}`,
      inputs: [
        convolutionWeight('weight', weight),
        ...(branches === 2 ? [convolutionWeight('gateWeight', weight)] : []),
        activationInput('dy', gradientShape(x, weight, window, branches)),
      ],
      attributes: { ...window, inputShape: x, branches },
    })),
  ),
})

export const convBackwardWeightCases = opCases({
  op: convBackwardWeight,
  cases: convolutionCases.flatMap(({ name, x, weight, window }) =>
    branchCounts.map((branches) => ({
      name: `${name}, branches ${branches}`,
      inputs: [
        activationInput('x', x),
        activationInput('dy', gradientShape(x, weight, window, branches)),
      ],
      attributes: { ...window, weightShape: weight, branches },
    })),
  ),
})

const sumShapes: readonly Shape[] = [
  [1, 4],
  [3, 10],
  [2, 6, 17],
  [1, 8, 7, 9],
  [3, 14, 5, 5],
  [2, 6, 3, 4, 5],
  [1, 34, 8, 20, 20],
]

export const channelSumCases = opCases({
  op: channelSum,
  cases: sumShapes.flatMap((shape) =>
    branchCounts.map((branches) => ({
      name: `[${shape.join(', ')}], branches ${branches}`,
      inputs: [activationInput('dy', shape)],
      attributes: { branches },
    })),
  ),
})
