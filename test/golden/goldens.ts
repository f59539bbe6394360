import { readFileSync } from 'node:fs'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import type { NamedTensors, Shape } from '../../packages/sluice/src/entrypoints/index.ts'
import { relativeL2 } from '../../packages/sluice/src/entrypoints/testing.ts'
import type { Formula } from './formula.ts'

/** A tensor of the golden file: whole, or every `stride`-th element and the norm of all. */
export interface Kept {
  readonly tensor: string
  readonly shape: Shape
  readonly stride: number
  readonly norm: number
}

export interface GoldenInput {
  readonly name: string
  readonly shape: Shape
  readonly role: 'activation' | 'weight' | 'plain' | 'state' | 'labels' | 'whole'
  readonly salt: number
  readonly scale?: number
  readonly offset?: number
  readonly classes?: number
  readonly value?: number
}

export interface GoldenCase {
  readonly name: string
  readonly op: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly inputs: readonly GoldenInput[]
  readonly outputs: readonly Kept[]
  readonly gradients: readonly (Kept & { readonly input: string })[]
  readonly state: readonly (Kept & { readonly input: string })[]
  readonly seed?: number
}

export type GoldenParameter = Formula & { readonly name: string; readonly shape: Shape }

export interface GoldenNetwork {
  readonly name: string
  readonly input: { readonly shape: Shape; readonly salt: number }
  readonly labels: { readonly salt: number; readonly classes: number }
  readonly parameters: readonly GoldenParameter[]
  readonly logits: Kept
  readonly loss: number
  readonly inputGradient: Kept
  readonly gradients: readonly (Kept & { readonly parameter: string })[]
}

/** A layer as a model file describes it, and what PyTorch's module gave. */
export interface GoldenLayer {
  readonly name: string
  readonly model: unknown
  readonly input: Formula & { readonly shape: Shape }
  readonly parameters: readonly GoldenParameter[]
  readonly output: Kept
  /** Salt of the gradient that the output is given. */
  readonly seed: number
  readonly inputGradient: Kept
  readonly gradients: readonly (Kept & { readonly parameter: string })[]
}

export interface GoldenRun {
  readonly kind: 'sgd' | 'adam' | 'adamw'
  readonly options: Readonly<Record<string, number | boolean>>
  readonly losses: readonly number[]
  readonly losses32: readonly number[]
  readonly norms: readonly number[]
  readonly runningMean: Kept
  readonly runningVariance: Kept
  readonly head: Kept
}

export interface GoldenTraining {
  readonly batch: number
  readonly batches: number
  readonly classes: number
  readonly shape: Shape
  readonly salt: number
  readonly labelSmoothing: number
  readonly maxNorm: number
  readonly parameters: readonly GoldenParameter[]
  readonly runs: readonly GoldenRun[]
}

export interface GoldenSchedule {
  readonly type: string
  readonly options: Readonly<Record<string, unknown>>
  readonly rates: readonly number[]
}

interface GoldenIndex {
  readonly cases: readonly GoldenCase[]
  readonly layers: readonly GoldenLayer[]
  readonly networks: readonly GoldenNetwork[]
  readonly training: GoldenTraining
  readonly schedules: readonly GoldenSchedule[]
}

const folder = new URL('../../fixtures/goldens/', import.meta.url)
const tensors = readSafetensors(
  readFileSync(new URL('goldens.safetensors', folder)),
  'goldens.safetensors',
).tensors

export const goldens: GoldenIndex = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'))

/**
 * Relative L2 distance of a result from what PyTorch made: of the kept elements, and of the norm of
 * all elements where only a sample was kept.
 */
export function distanceFromGolden(actual: ArrayLike<number> | undefined, kept: Kept): number {
  return distanceFromKept(actual, kept, tensors)
}

/** `distanceFromGolden` among the tensors of any golden file. */
export function distanceFromKept(
  actual: ArrayLike<number> | undefined,
  kept: Kept,
  tensors: NamedTensors,
): number {
  const values = tensors.get(kept.tensor)?.data
  if (actual === undefined || values === undefined) return Number.POSITIVE_INFINITY
  const expected = Array.from(values, Number)
  const sample = expected.map((_, i) => actual[i * kept.stride] ?? Number.NaN)
  const distance = relativeL2(sample, expected)
  if (kept.stride === 1) {
    return actual.length === expected.length ? distance : Number.POSITIVE_INFINITY
  }
  let squares = 0
  for (let i = 0; i < actual.length; i++) squares += (actual[i] ?? 0) ** 2
  const off = Math.abs(Math.sqrt(squares) - kept.norm)
  // What must be zero everywhere has no norm to divide by, and 0 / 0 is no distance.
  return off === 0 ? distance : Math.max(distance, off / kept.norm)
}
