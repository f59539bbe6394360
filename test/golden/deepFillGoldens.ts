import { readFileSync } from 'node:fs'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import {
  type DeepFillOptions,
  type Float32Tensor,
  type Graph,
  type NamedTensors,
  tensor,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { elementCount, type Shape } from '../../packages/sluice/src/foundation/shape.ts'
import { formulaValues, hashedValue } from './formula.ts'
import { distanceFromKept, type Kept } from './goldens.ts'

/** One run of the generator by PyTorch. */
export interface DeepFillGolden {
  readonly name: string
  readonly options: DeepFillOptions
  readonly image: { readonly shape: Shape; readonly salt: number }
  /** Where the mask is 1: item, top, left, bottom, right. */
  readonly rectangles: readonly (readonly [number, number, number, number, number])[]
  readonly coarse: Kept
  readonly output: Kept
}

export const deepFillFolder = new URL('../../fixtures/deepFill/', import.meta.url)

export const deepFillGoldens: readonly DeepFillGolden[] = JSON.parse(
  readFileSync(new URL('index.json', deepFillFolder), 'utf8'),
).cases

const { tensors } = readSafetensors(
  readFileSync(new URL('goldens.safetensors', deepFillFolder)),
  'goldens.safetensors',
)

export function distanceFromDeepFill(actual: ArrayLike<number> | undefined, kept: Kept): number {
  return distanceFromKept(actual, kept, tensors)
}

/** Half the sum of twelve uniform values, as fixtures/deepFill/generate.py takes it for normal. */
function nearlyNormal(count: number, salt: number, deviation: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    let sum = 0
    for (let j = 0; j < 12; j++) sum += hashedValue(12 * i + j, salt)
    return (deviation * sum) / 2
  })
}

const made = new Map<number, NamedTensors>()

/** The weights of a graph, whose variables stand in the order of the published tables. */
export function deepFillWeights({ variables }: Graph): NamedTensors {
  const [first] = variables.values()
  const [outputs = 0] = first?.value.shape ?? []
  const weights = made.get(outputs) ?? makeWeights(variables)
  made.set(outputs, weights)
  return weights
}

function makeWeights(variables: Graph['variables']): NamedTensors {
  return new Map(
    [...variables].map(([name, { value }], index) => {
      const { shape } = value
      const fanIn = elementCount(shape.slice(1))
      const deviation = name.endsWith('weight') ? 2 / Math.sqrt(fanIn) : 0.05
      return [name, tensor(shape, nearlyNormal(elementCount(shape), 1000 + index, deviation))]
    }),
  )
}

/** What a golden was run on. */
export function deepFillInputs({ image: { shape, salt }, rectangles }: DeepFillGolden): {
  readonly image: Float32Tensor
  readonly mask: Float32Tensor
} {
  const [batch = 1, , height = 1, width = 1] = shape
  const mask = tensor([batch, 1, height, width])
  for (const [item, top, left, bottom, right] of rectangles) {
    for (let y = top; y < bottom; y++) {
      const row = (item * height + y) * width
      mask.data.fill(1, row + left, row + right)
    }
  }
  return { image: tensor(shape, formulaValues(elementCount(shape), { salt })), mask }
}
