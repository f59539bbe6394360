import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'

/**
 * Overwrites a variable with a blend: `state = keep · state + add · value`, both factors scalars that
 * are given at each run. Means over batches (accumulated gradients) and over time (moving averages
 * of weights) are this. Inputs in the order state, value, keep, add.
 */
export const blendUpdate: OpDefinition = {
  name: 'blendUpdate',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 4, where)
    const { shape } = inputAt(inputs, 0, 'state', where)
    inputOfShape(inputs, 1, 'value', shape, where)
    inputOfShape(inputs, 2, 'part to keep', [], where)
    inputOfShape(inputs, 3, 'part to add', [], where)
    return []
  },
  reference([state, value, keep, add]) {
    const kept = present(state, 'state').data
    const added = present(value, 'value').data
    const keepPart = present(keep?.data[0], 'part to keep')
    const addPart = present(add?.data[0], 'part to add')
    for (let i = 0; i < kept.length; i++) {
      kept[i] = keepPart * (kept[i] as number) + addPart * (added[i] as number)
    }
  },
  mutates: [0],
}
