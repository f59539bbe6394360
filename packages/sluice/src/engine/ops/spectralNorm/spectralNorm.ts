import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import { dot, matrixInput, matrixOf, timesVector } from './matrix.ts'
import { spectralNormBackward } from './spectralNormBackward.ts'

/**
 * Spectral normalisation (Miyato et al. 2018) as PyTorch's `spectral_norm`: the weight `[O, …]` divided
 * by `σ = u·Wv`, which estimates its largest singular value. Inputs: `weight`, `u` `[O]`, `v`
 * `[everything else]`; outputs: the normalised weight and `σ`. The vectors take no gradient: they are
 * what `powerIteration` left, and PyTorch holds them constant too.
 */
export const spectralNorm: OpDefinition = {
  name: 'spectralNorm',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 3, where)
    const { shape, rows, columns } = matrixInput(inputs, 0, 'weight', where)
    inputOfShape(inputs, 1, 'left vector', [rows], where)
    inputOfShape(inputs, 2, 'right vector', [columns], where)
    return [
      { shape, kind: 'plain' },
      { shape: [], kind: 'plain' },
    ]
  },
  gradient({ builder, node, inputs: [, u, v], outputs: [w, sigma], outputGradients: [dw] }) {
    if (dw === undefined) return []
    const ends = [present(w, 'w'), present(u, 'u'), present(v, 'v'), present(sigma, 'σ'), dw]
    return builder.apply(spectralNormBackward, ends, {}, node.path)
  },
  reference([weight, u, v], [w, sigma]) {
    const matrix = present(weight, 'weight')
    const largest = dot(present(u, 'u').data, timesVector(matrix, present(v, 'v').data))
    const target = present(w, 'w').data
    present(sigma, 'σ').data[0] = largest
    matrix.data.forEach((value, at) => {
      target[at] = value / largest
    })
  },
  multiplyAdds({ inputs }) {
    const { rows, columns } = matrixOf(inputs[0]?.shape ?? [])
    return rows * columns
  },
  sumLength({ inputs }) {
    const { rows, columns } = matrixOf(inputs[0]?.shape ?? [])
    return rows * columns
  },
}
