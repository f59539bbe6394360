import { present } from '../../../foundation/invariant.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import type { ReferenceTensor } from '../../graph/opDefinition.ts'
import type { Value } from '../../graph/value.ts'
import { inputOfRank } from '../inputChecks.ts'

/** A weight as the matrix of which spectral normalisation speaks: outputs by everything else. */
export function matrixOf(weight: Shape): { readonly rows: number; readonly columns: number } {
  const [rows = 1, ...rest] = weight
  return { rows, columns: elementCount(rest) }
}

/** The weight among an op's inputs, with the sizes of its matrix. */
export function matrixInput(inputs: readonly Value[], index: number, name: string, where: string) {
  const { shape } = inputOfRank(inputs, index, name, 2, 5, where)
  return { shape, ...matrixOf(shape) }
}

/** `W v`. */
export function timesVector(weight: ReferenceTensor, vector: Float64Array): Float64Array {
  const { rows, columns } = matrixOf(weight.shape)
  const product = new Float64Array(rows)
  for (let at = 0; at < weight.data.length; at++) {
    const row = Math.floor(at / columns)
    product[row] =
      (product[row] as number) + (weight.data[at] as number) * (vector[at % columns] as number)
  }
  return product
}

/** `Wᵀ u`. */
export function transposedTimesVector(weight: ReferenceTensor, vector: Float64Array): Float64Array {
  const { columns } = matrixOf(weight.shape)
  const product = new Float64Array(columns)
  for (let at = 0; at < weight.data.length; at++) {
    const row = Math.floor(at / columns)
    const column = at % columns
    product[column] =
      (product[column] as number) + (weight.data[at] as number) * (vector[row] as number)
  }
  return product
}

/** `x / max(‖x‖, ε)`, PyTorch's `normalize`. */
export function unitVector(x: Float64Array, epsilon: number): Float64Array {
  const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))
  return x.map((value) => value / Math.max(norm, epsilon))
}

/** Sum of products, element by element. */
export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * present(b[i], 'element'), 0)
}
