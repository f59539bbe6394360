import type { Preprocessing } from 'sluice/data'
import { plural } from '../terminal/quantities.ts'

/** How clips become the input, in a line. */
export function clipsText(view: Preprocessing): string {
  const { frames } = view
  const light = `mean ${shown(view.mean)}, deviation ${shown(view.std)}`
  if (view.kind === 'tensor') {
    const { channels, height, width, axes } = view
    const stored = axes === undefined ? '' : `, axes ${axes}`
    return `arrays of ${plural(channels, 'channel')}, ${plural(frames, 'step')}, ${height}×${width}${stored}, ${light}`
  }
  const { fps, size, resize } = view
  return `${frames} frames at ${fps} fps, ${size}×${size} (${resize}), ${light}`
}

/** Numbers to six digits; of many the first few. */
function shown(numbers: readonly number[]): string {
  const first = numbers.slice(0, 6).map((number) => Number(number.toPrecision(6)))
  return first.join(', ') + (numbers.length > first.length ? ', …' : '')
}
