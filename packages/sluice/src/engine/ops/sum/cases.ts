import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, type CaseInput, opCases, plainInput } from '../opCase.ts'
import { keptShape, mean, sum, sumBackward } from './sum.ts'

interface SumCase {
  readonly shape: Shape
  readonly axes: readonly number[]
  readonly plain?: boolean
}

/** Every axis alone, neighbours, axes apart, all; layouts that stay and that must be turned. */
const given: readonly SumCase[] = [
  { shape: [7], axes: [0] },
  { shape: [3, 9], axes: [0] },
  { shape: [3, 9], axes: [1] },
  { shape: [3, 9], axes: [1, 0] },
  { shape: [2, 5, 7], axes: [1] },
  { shape: [2, 5, 7], axes: [0, 2] },
  { shape: [2, 5, 6, 7], axes: [2, 3] },
  { shape: [2, 5, 6, 7], axes: [0] },
  { shape: [2, 5, 6, 7], axes: [1] },
  { shape: [2, 5, 6, 7], axes: [1, 3] },
  { shape: [2, 5, 6, 7], axes: [0, 2] },
  { shape: [3, 6, 2, 4, 5], axes: [2] },
  { shape: [3, 6, 2, 4, 5], axes: [0, 3] },
  { shape: [3, 6, 2, 4, 5], axes: [2, 4] },
  { shape: [3, 6, 2, 4, 5], axes: [1, 2, 4] },
  { shape: [3, 6, 2, 4, 5], axes: [0, 1, 2, 3, 4] },
  { shape: [3, 6, 2, 4, 5], axes: [0, 1, 3], plain: true },
  { shape: [6, 5, 3, 3], axes: [1, 2, 3], plain: true },
  { shape: [1, 34, 8, 20, 20], axes: [3, 4] },
  { shape: [1, 34, 8, 20, 20], axes: [1] },
  { shape: [1, 3, 8, 40, 41], axes: [0, 2, 3, 4] },
  { shape: [2, 3, 8, 40, 41], axes: [0, 1, 2, 3, 4] },
]

const choices = given.flatMap((entry) => [true, false].map((keepDims) => ({ ...entry, keepDims })))

type Choice = (typeof choices)[number]

function nameOf({ shape, axes, keepDims, plain }: Choice): string {
  const kind = plain === true ? 'weight ' : ''
  return `${kind}[${shape.join(', ')}] over ${axes.join(', ')}${keepDims ? ', kept' : ''}`
}

function inputOf({ shape, plain }: SumCase, name: string): CaseInput {
  return plain === true ? plainInput(name, shape) : activationInput(name, shape)
}

/** What a gradient of the sum is like: without batch or channels it is plain. */
function gradientInput({ shape, axes, keepDims, plain }: Choice): CaseInput {
  const rest = keepDims ? keptShape(shape, axes) : shape.filter((_, axis) => !axes.includes(axis))
  const loses = !keepDims && (axes.includes(0) || axes.includes(1))
  return inputOf({ shape: rest, axes, plain: plain === true || loses }, 'dy')
}

const cases = choices.map((choice) => ({
  name: nameOf(choice),
  inputs: [inputOf(choice, 'x')],
  attributes: { axes: choice.axes, keepDims: choice.keepDims },
}))

export const sumCases = opCases({ op: sum, cases })

export const meanCases = opCases({ op: mean, cases })

export const sumBackwardCases = opCases({
  op: sumBackward,
  cases: choices.map((choice) => ({
    name: nameOf(choice),
    inputs: [gradientInput(choice)],
    attributes: {
      axes: choice.axes,
      keepDims: choice.keepDims,
      inputShape: choice.shape,
      inputKind: choice.plain === true ? ('plain' as const) : ('activation' as const),
      factor: 0.25,
    },
  })),
})
