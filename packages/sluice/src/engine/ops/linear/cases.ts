import { activationInput, opCases, weightInput } from '../opCase.ts'
import { linear } from './linear.ts'
import { linearBackwardInput, linearBackwardWeight } from './linearBackward.ts'

/** Batch, features, outputs. */
const sizes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 7, 5],
  [3, 16, 10],
  [5, 33, 9],
  [2, 512, 101],
  [16, 60, 8],
  [2, 12000, 10],
]

function nameOf([batch, features, outputs]: readonly [number, number, number]): string {
  return `${batch} × ${features} to ${outputs}`
}

export const linearCases = opCases({
  op: linear,
  cases: sizes.flatMap((size) => {
    const [batch, features, outputs] = size
    return [true, false].map((bias) => ({
      name: `${nameOf(size)}${bias ? ', bias' : ''}`,
      inputs: [
        activationInput('x', [batch, features]),
        weightInput('weight', [outputs, features]),
        ...(bias ? [weightInput('bias', [outputs])] : []),
      ],
      attributes: { bias },
    }))
  }),
})

export const linearBackwardInputCases = opCases({
  op: linearBackwardInput,
  cases: sizes.map((size) => ({
    name: nameOf(size),
    inputs: [weightInput('weight', [size[2], size[1]]), activationInput('dy', [size[0], size[2]])],
    attributes: {},
  })),
})

export const linearBackwardWeightCases = opCases({
  op: linearBackwardWeight,
  cases: sizes.map((size) => ({
    name: nameOf(size),
    inputs: [activationInput('x', [size[0], size[1]]), activationInput('dy', [size[0], size[2]])],
    attributes: {},
  })),
})
