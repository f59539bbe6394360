import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import { matrixInput, matrixOf, timesVector, transposedTimesVector, unitVector } from './matrix.ts'

export interface PowerIterationAttributes {
  /** Least norm that a vector is divided by. PyTorch takes 1e-12. */
  readonly epsilon: number
}

/**
 * One step of the power method towards a weight's largest singular value (Miyato et al. 2018): with `W`
 * the weight `[O, …]` as a matrix of O rows, `v = Wᵀu / ‖Wᵀu‖`, then `u = Wv / ‖Wv‖`. Inputs: `weight`,
 * `u` `[O]`; outputs: the new `u` `[O]` and `v` `[everything else]`. They are constants to every gradient.
 */
export const powerIteration: OpDefinition<PowerIterationAttributes> = {
  name: 'powerIteration',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const { rows, columns } = matrixInput(inputs, 0, 'weight', where)
    inputOfShape(inputs, 1, 'left vector', [rows], where)
    return [
      { shape: [rows], kind: 'plain' },
      { shape: [columns], kind: 'plain' },
    ]
  },
  reference([weight, u], [newU, newV], { epsilon }) {
    const matrix = present(weight, 'weight')
    const right = unitVector(transposedTimesVector(matrix, present(u, 'u').data), epsilon)
    present(newV, 'v').data.set(right)
    present(newU, 'u').data.set(unitVector(timesVector(matrix, right), epsilon))
  },
  multiplyAdds({ inputs }) {
    const { rows, columns } = matrixOf(inputs[0]?.shape ?? [])
    return 2 * rows * columns
  },
  sumLength({ inputs }) {
    const { rows, columns } = matrixOf(inputs[0]?.shape ?? [])
    return Math.max(rows, columns)
  },
}
