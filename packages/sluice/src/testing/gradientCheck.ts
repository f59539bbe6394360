import { backwardGraph } from '../engine/autodiff/backwardGraph.ts'
import type { Device, Executable, VariableStore } from '../engine/device/device.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import type { Value } from '../engine/graph/value.ts'
import type { OpCase, OpCases } from '../engine/ops/opCase.ts'
import type { Plan } from '../engine/planning/plan.ts'
import { planGraph } from '../engine/planning/planGraph.ts'
import { present } from '../foundation/invariant.ts'
import { Random } from '../foundation/random.ts'
import { elementCount } from '../foundation/shape.ts'
import { drawCase } from './caseValues.ts'

/** A device that computes in float64 and lets its numbers in and out unrounded: the reference. */
export interface Float64Device extends Device {
  load(plan: Plan, variables: VariableStore): Float64Executable
}

/** A program on a `Float64Device`. */
export interface Float64Executable extends Executable {
  write(input: Value, data: Float32Array | Float64Array | Int32Array): void
  read64(output: Value): Float64Array
}

/** How far a gradient is from finite differences, for one input of a case. */
export interface GradientReport {
  readonly op: string
  readonly name: string
  readonly input: string
  /** Largest |analytic − numeric| by the larger of the numeric slope and the gradient's own scale. */
  readonly error: number
}

/**
 * Distances of the two points of a central difference from the middle. The smaller one is tried when
 * the larger one disagrees, because that may have stepped over the kink of a ReLU; a wrong rule is
 * wrong at both.
 */
const distances = [1e-5, 1e-7]
/** Errors below this need no second look. */
const goodEnough = 1e-7
/** Elements of each input that are moved alone. */
const singles = 5
/** Random directions in which all elements of an input move at once. */
const directions = 2

/**
 * Checks the gradient rule of an op against central differences in float64, for the function
 * `Σ r · output0` with random `r`. Only the first output has a gradient in ops with several; every
 * float input must have one, unless the case says that the rule holds it constant.
 */
export function checkGradient(
  table: OpCases,
  entry: OpCase,
  device: Float64Device,
): GradientReport[] {
  const { op } = table
  const random = new Random(2, `${op.name}/${entry.name}`)
  const builder = new GraphBuilder()
  const inputs = entry.inputs.map(({ name, shape, role, type }) =>
    builder.input(name, shape, { type, kind: role === 'activation' ? 'activation' : 'plain' }),
  )
  const output = builder.applyOne(op, inputs, entry.attributes, 'case')
  builder.output('y', output)
  const forward = load(builder, device)
  const seed = builder.input('seed', output.shape, { kind: output.kind })
  const { constants = [] } = entry
  const floats = inputs.filter(({ name, type }) => type === 'float32' && !constants.includes(name))
  const gradients = backwardGraph(builder, new Map([[output, seed]]), floats)
  gradients.forEach((gradient, index) => {
    if (gradient !== undefined) builder.output(`gradient${index}`, gradient)
  })
  const backward = load(builder, device)

  const data = new Map<string, Float64Array>()
  for (const [name, values] of drawCase(op.name, entry)) data.set(name, Float64Array.from(values))
  const weights = Float64Array.from({ length: elementCount(output.shape) }, () => random.normal())
  for (const input of inputs) {
    forward.write(input, present(data.get(input.name), 'case data'))
    backward.write(input, present(data.get(input.name), 'case data'))
  }
  backward.write(seed, weights)
  backward.run()

  return floats.map((input, index) => {
    const about = { op: op.name, name: entry.name, input: input.name }
    const gradient = gradients[index]
    if (gradient === undefined) return { ...about, error: Number.POSITIVE_INFINITY }
    const analytic = backward.read64(gradient)
    const values = present(data.get(input.name), 'case data')
    const slopeAlong = (direction: Float64Array, epsilon: number) => {
      const at = (distance: number) => {
        forward.write(
          input,
          values.map((value, i) => value + distance * (direction[i] as number)),
        )
        forward.run()
        return forward.read64(output)
      }
      const above = at(epsilon)
      const below = at(-epsilon)
      forward.write(input, values)
      return (
        weights.reduce(
          // The difference comes first: sums of outputs would lose the digits that matter.
          (sum, weight, i) => sum + weight * ((above[i] as number) - (below[i] as number)),
          0,
        ) /
        (2 * epsilon)
      )
    }
    const error = worstError(analytic, slopeAlong, random)
    return { ...about, error }
  })
}

function worstError(
  analytic: Float64Array,
  slopeAlong: (direction: Float64Array, epsilon: number) => number,
  random: Random,
): number {
  const squares = analytic.reduce((sum, value) => sum + value * value, 0)
  const typical = Math.sqrt(squares / analytic.length)
  let worst = 0
  const compare = (direction: Float64Array, scale: number) => {
    const expected = direction.reduce((sum, d, i) => sum + d * (analytic[i] as number), 0)
    let best = Number.POSITIVE_INFINITY
    for (const epsilon of distances) {
      if (best < goodEnough) break
      const numeric = slopeAlong(direction, epsilon)
      const difference = Math.abs(expected - numeric)
      // A gradient that is zero everywhere must be zero numerically too, and 0 / 0 is no error.
      const relative = difference === 0 ? 0 : difference / Math.max(Math.abs(numeric), scale)
      best = Math.min(best, relative)
    }
    worst = Math.max(worst, best)
  }
  for (let k = 0; k < Math.min(singles, analytic.length); k++) {
    const direction = new Float64Array(analytic.length)
    direction[analytic.length <= singles ? k : random.integer(analytic.length)] = 1
    compare(direction, typical)
  }
  for (let k = 0; k < directions; k++) {
    const direction = Float64Array.from(analytic, () => random.uniform(-1, 1))
    compare(direction, Math.sqrt(squares))
  }
  return worst
}

/** Loads the graph so far onto the float64 device. */
function load(builder: GraphBuilder, device: Float64Device): Float64Executable {
  const graph = builder.finish()
  return device.load(planGraph(graph, device), device.createVariables(graph))
}
