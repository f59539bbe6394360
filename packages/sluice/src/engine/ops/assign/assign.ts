import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { alikeInputs } from '../inputChecks.ts'

/**
 * Puts a value into a variable: `variable ← value`. Inputs: the variable (overwritten), the value, of
 * one shape and kind. No outputs.
 */
export const assign: OpDefinition = {
  name: 'assign',
  infer(inputs, _attributes, where) {
    alikeInputs(inputs, where)
    return []
  },
  reference([variable, value]) {
    present(variable, 'variable').data.set(present(value, 'value').data)
  },
  mutates: [0],
}
