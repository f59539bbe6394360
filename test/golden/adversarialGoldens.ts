import { readFileSync } from 'node:fs'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import {
  type ModuleDescription,
  type NamedTensors,
  type Shape,
  tensor,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { type Formula, formulaValues } from './formula.ts'
import { distanceFromKept, type Kept } from './goldens.ts'

type GivenVariable = Formula & {
  readonly name: string
  readonly shape: Shape
  readonly buffer: boolean
}
type KeptVariable = Kept & { readonly variable: string }

/** A discriminator that judged two batches in one step: fixtures/adversarial/judging.py. */
export interface JudgingGolden {
  readonly model: ModuleDescription
  readonly shape: Shape
  /** Salts of what it is shown. */
  readonly real: number
  readonly made: number
  readonly variables: readonly GivenVariable[]
  readonly judgedReal: Kept
  readonly judgedMade: Kept
  readonly losses: { readonly real: number; readonly made: number; readonly loss: number }
  readonly gradients: readonly KeptVariable[]
  /** Buffers after both forward passes. */
  readonly buffers: readonly KeptVariable[]
  readonly generatorLoss: number
  /** Of the generator's loss by what was made. */
  readonly generatorGradient: Kept
}

/** Steps of two networks in turn: fixtures/adversarial/alternating.py. */
export interface AlternatingGolden {
  readonly batch: number
  readonly size: number
  readonly batches: number
  readonly width: number
  readonly salt: number
  readonly targetScale: number
  readonly maskAbove: number
  readonly hole: number
  readonly valid: number
  readonly weight: number
  readonly rates: { readonly generator: number; readonly discriminator: number }
  readonly variables: {
    readonly generator: readonly GivenVariable[]
    readonly discriminator: readonly GivenVariable[]
  }
  readonly losses: readonly Readonly<Record<string, number>>[]
  readonly float32Apart: number
  readonly state: {
    readonly generator: readonly KeptVariable[]
    readonly discriminator: readonly KeptVariable[]
  }
}

const folder = new URL('../../fixtures/adversarial/', import.meta.url)
const { tensors } = readSafetensors(
  readFileSync(new URL('goldens.safetensors', folder)),
  'fixtures/adversarial/goldens.safetensors',
)

export const adversarialGoldens: {
  readonly judging: JudgingGolden
  readonly alternating: AlternatingGolden
} = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'))

/** Relative L2 distance of a result from what PyTorch made. */
export function distanceFromAdversarial(actual: ArrayLike<number> | undefined, kept: Kept): number {
  return distanceFromKept(actual, kept, tensors)
}

/** Weights as both sides compute them. */
export function givenWeights(variables: readonly GivenVariable[]): NamedTensors {
  return new Map(
    variables.map((given) => {
      const { name, shape } = given
      return [name, tensor(shape, formulaValues(elementCount(shape), given))] as const
    }),
  )
}
