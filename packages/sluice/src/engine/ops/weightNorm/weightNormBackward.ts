import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'

/**
 * Gradient of weight normalisation, output by output: with `h = v / ‖v‖`, `dg = dw·h` and
 * `dv = g / ‖v‖ · (dw − (dw·h) h)`. Inputs: `v`, `g`, `dw`; outputs: `dv`, `dg`.
 */
export const weightNormBackward: OpDefinition = {
  name: 'weightNormBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 3, where)
    const { shape } = inputOfRank(inputs, 0, 'direction', 2, 5, where)
    const magnitudes = shape.map((size, axis) => (axis === 0 ? size : 1))
    inputOfShape(inputs, 1, 'magnitude', magnitudes, where)
    inputOfShape(inputs, 2, 'gradient', shape, where)
    return [
      { shape, kind: 'plain' },
      { shape: magnitudes, kind: 'plain' },
    ]
  },
  reference([v, g, dw], [dv, dg]) {
    const directions = present(v, 'v').data
    const magnitudes = present(g, 'g').data
    const slopes = present(dw, 'dw').data
    const target = present(dv, 'dv').data
    const magnitudeSlopes = present(dg, 'dg').data
    const count = directions.length / magnitudes.length
    for (let o = 0; o < magnitudes.length; o++) {
      const row = directions.subarray(o * count, (o + 1) * count)
      const slope = slopes.subarray(o * count, (o + 1) * count)
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
      const along = row.reduce((sum, value, i) => sum + value * (slope[i] as number), 0) / norm
      magnitudeSlopes[o] = along
      row.forEach((value, i) => {
        const across = (slope[i] as number) - (along * value) / norm
        target[o * count + i] = ((magnitudes[o] as number) / norm) * across
      })
    }
  },
  sumLength: ({ inputs }) => elementCount((inputs[0]?.shape ?? []).slice(1)),
}
