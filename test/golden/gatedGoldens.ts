import { readFileSync } from 'node:fs'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import type { Shape } from '../../packages/sluice/src/entrypoints/index.ts'
import type { Formula } from './formula.ts'
import { distanceFromKept, type Kept } from './goldens.ts'

/** What PyTorch made of one gated layer: fixtures/gated/golden.py. */
export interface GatedGolden {
  readonly name: string
  readonly input: Formula & { readonly shape: Shape }
  readonly parameters: readonly (Formula & { readonly name: string; readonly shape: Shape })[]
  readonly buffers?: readonly (Formula & { readonly name: string; readonly shape: Shape })[]
  readonly output: Kept
  /** Salt of the gradient that the output is given. */
  readonly seed: number
  readonly inputGradient: Kept
  readonly gradients: readonly (Kept & { readonly parameter: string })[]
}

const folder = new URL('../../fixtures/gated/', import.meta.url)
const { tensors } = readSafetensors(
  readFileSync(new URL('goldens.safetensors', folder)),
  'fixtures/gated/goldens.safetensors',
)

export const gatedGoldens: {
  readonly variants: readonly GatedGolden[]
  readonly presets: readonly GatedGolden[]
} = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'))

/** Relative L2 distance of a result from what PyTorch made of a gated layer. */
export function distanceFromGated(actual: ArrayLike<number> | undefined, kept: Kept): number {
  return distanceFromKept(actual, kept, tensors)
}
