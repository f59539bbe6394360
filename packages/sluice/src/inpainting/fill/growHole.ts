import { SluiceError } from '../../foundation/errors.ts'
import { squaredDistances } from './distance.ts'
import { holeGroups } from './holeGroups.ts'
import { openState } from './holeState.ts'
import { checkHole, grownBox, partOf, type Size } from './picture.ts'

/**
 * A hole grown by so many pixels on all sides, round at corners. Gives 1 in the hole and 0 outside.
 * @param hole one byte a pixel, row-major; 0 is outside the hole
 * @throws SluiceError `shape` or `usage`
 */
export function growHole(hole: Uint8Array, size: Size, pixels: number): Uint8Array {
  checkHole(hole, size)
  if (!Number.isSafeInteger(pixels) || pixels < 0) {
    throw new SluiceError('usage', 'a hole does not grow by this', {
      where: 'growHole',
      expected: 'a whole number of pixels from 0',
      received: String(pixels),
    })
  }
  const grown = openState(hole)
  if (pixels === 0) return grown
  for (const group of holeGroups(hole, size, pixels)) {
    const box = grownBox(group, pixels, size)
    const part = partOf(hole, size, box)
    const distances = squaredDistances(part, box.width, box.height)
    for (let y = 0, i = 0; y < box.height; y++) {
      const row = (box.top + y) * size.width + box.left
      for (let x = 0; x < box.width; x++, i++) {
        if ((distances[i] as number) <= pixels * pixels) grown[row + x] = 1
      }
    }
  }
  return grown
}
