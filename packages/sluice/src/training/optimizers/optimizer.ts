import { type Adamw, applyAdamw } from './adamw.ts'
import { applySgd, type Sgd } from './sgd.ts'
import type { Update } from './update.ts'

/** How gradients change parameters: plain data, kept in checkpoints. */
export type Optimizer = Sgd | Adamw

/** Appends the update of one parameter. */
export function applyUpdate(optimizer: Optimizer, update: Update): void {
  if (optimizer.type === 'sgd') applySgd(optimizer, update)
  else applyAdamw(optimizer, update)
}
