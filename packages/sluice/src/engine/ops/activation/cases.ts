import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, type CaseValues, opCases } from '../opCase.ts'
import { activation, activationBackward } from './activation.ts'
import { type ActivationKind, activationKinds } from './activationKinds.ts'
import { reluBackward } from './reluBackward.ts'

const kinds = Object.keys(activationKinds) as ActivationKind[]

const looseness = {
  factor: 4,
  why: 'exponentials and erf in float32 are accurate to a few units in the last place',
}

const shapes: readonly Shape[] = [
  [1, 7],
  [3, 5, 9],
  [2, 6, 7, 5],
  [1, 3, 3, 5, 7],
]
const large: Shape = [2, 17, 6, 15, 16]

const near: CaseValues = { from: 'awayFromZero' }
const middle: CaseValues = { from: 'uniform', low: -6, high: 6 }
/** Far enough that careless exponentials overflow float32. */
const far: CaseValues = { from: 'uniform', low: -200, high: 200 }

interface KindCase {
  readonly kind: ActivationKind
  readonly shape: Shape
  readonly range: string
  readonly values: CaseValues
}

const kindCases: readonly KindCase[] = kinds.flatMap((kind) => [
  ...shapes.map((shape) => ({ kind, shape, range: 'near', values: near })),
  { kind, shape: large, range: 'to ±6', values: middle },
  { kind, shape: [1, 64, 12], range: 'to ±200', values: far },
])

export const activationCases = opCases({
  op: activation,
  looseness,
  cases: [
    ...kindCases.map(({ kind, shape, range, values }) => ({
      name: `${kind} [${shape.join(', ')}] ${range}`,
      inputs: [activationInput('x', shape, values)],
      attributes: { kind },
    })),
    ...kinds.map((kind) => ({
      name: `${kind} keeps NaN`,
      inputs: [activationInput('x', [2, 5, 9], { from: 'withNaN' })],
      attributes: { kind },
      noGradientCheck: 'NaN has no slope',
    })),
  ],
})

export const activationBackwardCases = opCases({
  op: activationBackward,
  looseness,
  cases: kindCases.map(({ kind, shape, range, values }) => ({
    name: `${kind} [${shape.join(', ')}] ${range}`,
    inputs: [activationInput('x', shape, values), activationInput('dy', shape)],
    attributes: { kind },
  })),
})

export const reluBackwardCases = opCases({
  op: reluBackward,
  cases: [...shapes, large].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [activationInput('y', shape, { from: 'rectified' }), activationInput('dy', shape)],
    attributes: {},
  })),
})
