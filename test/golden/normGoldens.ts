import { readFileSync } from 'node:fs'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import type { ModuleDescription, Shape } from '../../packages/sluice/src/entrypoints/index.ts'
import type { Formula } from './formula.ts'
import { distanceFromKept, type Kept } from './goldens.ts'

type GoldenVariable = Formula & {
  readonly name: string
  readonly shape: Shape
  readonly buffer: boolean
}
type KeptVariable = Kept & { readonly variable: string }

/** What PyTorch made of one layer: fixtures/norms/layers.py. */
export interface NormGolden {
  readonly name: string
  readonly model: ModuleDescription
  readonly input: Formula & { readonly shape: Shape }
  /** Salt of the gradient that the output is given. */
  readonly seed: number
  readonly variables: readonly GoldenVariable[]
  readonly output: Kept
  readonly inputGradient: Kept
  readonly gradients: readonly KeptVariable[]
  /** Buffers after the training pass. */
  readonly buffers: readonly KeptVariable[]
  /** The output in evaluation, with those buffers. */
  readonly evaluation: Kept
}

/** How PyTorch trained one small network: fixtures/norms/curves.py. */
export interface NormRun {
  readonly name: string
  readonly model: ModuleDescription
  readonly optimizer: 'sgd' | 'adamw'
  readonly rate: number
  readonly variables: readonly GoldenVariable[]
  readonly losses: readonly number[]
  /** Logits of the first batch in evaluation, after the last step. */
  readonly logits: Kept
  readonly state: readonly KeptVariable[]
}

const folder = new URL('../../fixtures/norms/', import.meta.url)
const { tensors } = readSafetensors(
  readFileSync(new URL('goldens.safetensors', folder)),
  'fixtures/norms/goldens.safetensors',
)

export const normGoldens: {
  readonly layers: readonly NormGolden[]
  readonly training: {
    readonly batch: number
    readonly batches: number
    readonly classes: number
    readonly shape: Shape
    readonly salt: number
    readonly runs: readonly NormRun[]
  }
} = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'))

/** Relative L2 distance of a result from what PyTorch made. */
export function distanceFromNorm(actual: ArrayLike<number> | undefined, kept: Kept): number {
  return distanceFromKept(actual, kept, tensors)
}
