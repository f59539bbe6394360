/** A picture to look at: one row per clip, its frames side by side. */
import sharp from 'sharp'
import { ACTIONS, DIRECTIONS } from './actions.ts'
import { CLIP_FRAMES } from './clock.ts'
import type { ClipPlan } from './plan.ts'

/** One test clip per action and direction where there is one; actions change fastest. */
export function clipsToShow(plans: readonly ClipPlan[]): ClipPlan[] {
  const shown: ClipPlan[] = []
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    for (const action of ACTIONS) {
      const found = plans.find(
        (plan) => plan.set === 'test' && plan.action === action && plan.direction === direction,
      )
      if (found !== undefined) shown.push(found)
    }
  }
  return shown
}

/** @param clips RGB frames per clip; drawn in two columns */
export async function writeContactSheet(
  clips: readonly (readonly Uint8Array[])[],
  size: number,
  path: string,
): Promise<void> {
  const rows = Math.ceil(clips.length / 2)
  const tiles = clips.flatMap((frames, clip) =>
    frames.map((frame, index) => ({
      input: Buffer.from(frame),
      raw: { width: size, height: size, channels: 3 as const },
      left: ((clip >= rows ? CLIP_FRAMES : 0) + index) * size,
      top: (clip % rows) * size,
    })),
  )
  const area = { width: 2 * CLIP_FRAMES * size, height: rows * size, channels: 3 as const }
  await sharp({ create: { ...area, background: '#000' } })
    .composite(tiles)
    .png()
    .toFile(path)
}
