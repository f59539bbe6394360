import { SluiceError } from '../../foundation/errors.ts'
import type { FillPlan } from './fillPlan.ts'
import { KNOWN, OPEN } from './holeState.ts'
import type { Size } from './picture.ts'

/**
 * Refuses a plan that was made for another hole: some of this one would be left as it was.
 * @param state what `openState` gave for the hole
 * @throws SluiceError `usage`
 */
export function checkPlan({ steps }: FillPlan, state: Uint8Array, size: Size): void {
  const left = state.slice()
  for (const { core, crop } of steps) {
    const right = crop.left + crop.width
    if (right > size.width || crop.top + crop.height > size.height) throw ofAnother()
    for (let y = core.top; y < core.top + core.height; y++) {
      const row = y * size.width + core.left
      left.fill(KNOWN, row, row + core.width)
    }
  }
  if (left.includes(OPEN)) throw ofAnother()
}

function ofAnother(): SluiceError {
  return new SluiceError('usage', 'the plan is of another hole', {
    where: 'inpaint',
    expected: 'what `plan` gave for this hole and a picture of this size',
    fix: 'plan again, or leave the plan out',
  })
}
