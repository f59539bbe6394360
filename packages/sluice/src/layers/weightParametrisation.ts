import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { assign } from '../engine/ops/assign/assign.ts'
import { powerIteration } from '../engine/ops/spectralNorm/powerIteration.ts'
import { spectralNorm } from '../engine/ops/spectralNorm/spectralNorm.ts'
import { magnitudeShape, weightNorm } from '../engine/ops/weightNorm/weightNorm.ts'
import { choiceOption } from '../foundation/choiceOption.ts'
import type { Initialiser } from '../foundation/initialiser.ts'
import { present } from '../foundation/invariant.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'
import type { Fields } from './description/fields.ts'

/**
 * What a layer's weight is made of. `weightNorm`: direction and magnitude, `weight_v` and `weight_g`
 * (Salimans and Kingma 2016). `spectralNorm`: a weight divided by its largest singular value,
 * `weight_orig` with the buffers `weight_u` and `weight_v` (Miyato et al. 2018). Names and values are those
 * of PyTorch's `torch.nn.utils.weight_norm` and `spectral_norm`.
 */
export type WeightParametrisation = 'none' | 'weightNorm' | 'spectralNorm'

const kinds: readonly WeightParametrisation[] = ['none', 'weightNorm', 'spectralNorm']

/** PyTorch's default: the least norm that the power method divides by. */
const epsilon = 1e-12

/** @throws SluiceError `usage` for a parametrisation that there is not */
export function checkParametrisation(layer: string, kind: WeightParametrisation): void {
  choiceOption(layer, 'parametrisation', kind, kinds)
}

/** Reads the option from a description; files from before it have none. */
export function readParametrisation(fields: Fields): WeightParametrisation {
  return fields.has('parametrisation') ? fields.choice('parametrisation', kinds) : 'none'
}

/** The option as plain data; the usual case is left out. */
export function describeParametrisation(kind: WeightParametrisation): {
  readonly parametrisation?: WeightParametrisation
} {
  return kind === 'none' ? {} : { parametrisation: kind }
}

/** The weight called `name` of a layer, as its parametrisation makes it. */
export function parametrisedWeight(
  scope: Scope,
  name: string,
  shape: Shape,
  initialise: Initialiser,
  kind: WeightParametrisation,
): Value {
  if (kind === 'none') return scope.parameter(name, shape, initialise)
  return kind === 'weightNorm'
    ? weightOfNorm(scope, name, shape, initialise)
    : weightOfSpectrum(scope, name, shape, initialise)
}

/** Begins with the magnitude of its direction, so that the weight is the direction as drawn. */
function weightOfNorm(scope: Scope, name: string, shape: Shape, initialise: Initialiser): Value {
  const direction = `${name}_v`
  const norms: Initialiser = (data, _shape, random) => {
    const drawn = new Float32Array(elementCount(shape))
    initialise(drawn, shape, random.sibling(scope.nameOf(direction)))
    const count = drawn.length / data.length
    for (let o = 0; o < data.length; o++) {
      const row = drawn.subarray(o * count, (o + 1) * count)
      data[o] = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0))
    }
  }
  const g = scope.parameter(`${name}_g`, magnitudeShape(shape), norms)
  const v = scope.parameter(direction, shape, initialise)
  return scope.apply(weightNorm, [v, g], {})
}

/**
 * One step of the power method every time that the layer is used in training, whose vectors are kept; none in
 * inference. A second use in one step (a discriminator's real and made batch) goes on from the first one's
 * vectors, as PyTorch's forward passes do.
 */
function weightOfSpectrum(
  scope: Scope,
  name: string,
  shape: Shape,
  initialise: Initialiser,
): Value {
  const [outputs = 1, ...rest] = shape
  const leftName = `${name}_u`
  const originalName = `${name}_orig`
  const weight = scope.parameter(originalName, shape, initialise)
  const u = scope.buffer(leftName, [outputs], randomUnit)
  // PyTorch begins with two random vectors. Their σ may be next to nothing, and a network that has not
  // trained yet would be next to infinite: this one begins with v = Wᵀu / ‖Wᵀu‖.
  const v = scope.buffer(`${name}_v`, [elementCount(rest)], (data, _shape, random) => {
    const drawn = new Float32Array(elementCount(shape))
    const left = new Float32Array(outputs)
    initialise(drawn, shape, random.sibling(scope.nameOf(originalName)))
    randomUnit(left, [outputs], random.sibling(scope.nameOf(leftName)))
    drawn.forEach((value, at) => {
      const column = at % data.length
      data[column] =
        (data[column] as number) + value * (left[Math.floor(at / data.length)] as number)
    })
    toUnit(data)
  })
  if (scope.mode === 'inference') return scope.apply(spectralNorm, [weight, u, v], {})
  const [newU, newV] = scope.applyAll(powerIteration, [weight, scope.latest(u)], { epsilon })
  const left = present(newU, 'left vector')
  const right = present(newV, 'right vector')
  scope.replace(u, left, assign)
  scope.replace(v, right, assign)
  return scope.apply(spectralNorm, [weight, left, right], {})
}

const randomUnit: Initialiser = (data, _shape, random) => {
  for (let i = 0; i < data.length; i++) data[i] = random.normal()
  toUnit(data)
}

function toUnit(data: Float32Array): void {
  const norm = Math.max(epsilon, Math.sqrt(data.reduce((sum, x) => sum + x * x, 0)))
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) / norm
}
