import { unknownType } from '../unknownType.ts'
import { type Adam, type Adamw, applyAdam } from './adam.ts'
import { applySgd, type Sgd } from './sgd.ts'
import type { Update } from './update.ts'

/** How gradients change parameters: plain data, kept in checkpoints. */
export type Optimizer = Sgd | Adam | Adamw

/** Appends the update of one parameter. @throws SluiceError `usage` for an optimizer that is unknown */
export function applyUpdate(optimizer: Optimizer, update: Update): void {
  switch (optimizer.type) {
    case 'sgd':
      applySgd(optimizer, update)
      return
    case 'adam':
    case 'adamw':
      applyAdam(optimizer, update)
      return
    default:
      throw unknownType('optimizer', optimizer, ['sgd', 'adam', 'adamw'])
  }
}
