import { opCases, plainInput, stateInput } from '../opCase.ts'
import { assign } from './assign.ts'

export const assignCases = opCases({
  op: assign,
  cases: [[], [7], [3, 5, 2, 3]].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [stateInput('variable', shape), plainInput('value', shape)],
    attributes: {},
  })),
})
