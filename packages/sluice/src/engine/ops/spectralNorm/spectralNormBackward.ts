import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import { dot, matrixInput, matrixOf } from './matrix.ts'

/**
 * Gradient of spectral normalisation with respect to the weight, through `σ` and with `u` and `v`
 * constant: `dWeight = (dw − Σ(dw ⊙ w) · u vᵀ) / σ`. Inputs: the normalised weight `w`, `u`, `v`, `σ`, `dw`.
 */
export const spectralNormBackward: OpDefinition = {
  name: 'spectralNormBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 5, where)
    const { shape, rows, columns } = matrixInput(inputs, 0, 'normalised weight', where)
    inputOfShape(inputs, 1, 'left vector', [rows], where)
    inputOfShape(inputs, 2, 'right vector', [columns], where)
    inputOfShape(inputs, 3, 'singular value', [], where)
    inputOfShape(inputs, 4, 'gradient', shape, where)
    return [{ shape, kind: 'plain' }]
  },
  reference([w, u, v, sigma, dw], [dWeight]) {
    const { shape, data } = present(w, 'w')
    const { columns } = matrixOf(shape)
    const left = present(u, 'u').data
    const right = present(v, 'v').data
    const slopes = present(dw, 'dw').data
    const target = present(dWeight, 'dWeight').data
    const largest = present(sigma, 'σ').data[0] as number
    const along = dot(slopes, data)
    for (let at = 0; at < target.length; at++) {
      const pull = (left[Math.floor(at / columns)] as number) * (right[at % columns] as number)
      target[at] = ((slopes[at] as number) - along * pull) / largest
    }
  },
  sumLength({ inputs }) {
    const { rows, columns } = matrixOf(inputs[0]?.shape ?? [])
    return rows * columns
  },
}
