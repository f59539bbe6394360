import { SluiceError } from '../../foundation/errors.ts'
import type { Random } from '../../foundation/random.ts'

/**
 * How the frames of a clip stand when a network is measured. Two of the three are controls: a network
 * that is as good with its frames `shuffled` does not use their order, and one that is as good when
 * the middle frame stands `still` does not use time at all.
 */
export type FrameOrder = 'shown' | 'shuffled' | 'still'

/** All orders. */
export const frameOrders: readonly FrameOrder[] = ['shown', 'shuffled', 'still']

/**
 * Which of a clip's sampled frames stands at each place.
 *
 * `shuffled` is any order but the one shown: with few frames, chance would leave many clips as they
 * were and make the control look better than it is. `still` repeats the middle frame, of an even
 * number the earlier of the two.
 * @param random decides the shuffle; untouched by the other orders
 * @throws SluiceError `usage` when a single frame should be shuffled
 */
export function orderFrames(order: FrameOrder, frames: number, random: Random): number[] {
  const shown = Array.from({ length: frames }, (_, i) => i)
  if (order === 'shown') return shown
  if (order === 'still') return shown.fill(Math.floor((frames - 1) / 2))
  if (frames < 2) {
    throw new SluiceError('usage', 'a single frame has no order to shuffle', {
      expected: 'a network that sees 2 frames or more',
    })
  }
  let shuffled = shown
  do shuffled = random.shuffle([...shown])
  while (shuffled.every((frame, place) => frame === place))
  return shuffled
}
