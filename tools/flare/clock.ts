/**
 * A fixed clock. The game stores 1 to 8 pictures an action, and their number depends on the action:
 * showing them one by one would tell the label by counting. So every clip is 8 samples taken 0.1 s
 * apart of what a player would see: the endless actions from a random moment on; the others after a
 * short, random wait in the stance, followed by the stance again, unless the last picture stays.
 */
import type { AnimatedAction } from './animationFile.ts'

export const CLIP_FRAMES = 8
export const FRAME_SECONDS = 0.1

/** The longest wait in the stance before an action begins. */
export const LONGEST_LEAD_SECONDS = 0.2

/** How one clip lies in time. */
export interface Timing {
  /** Seconds of stance before the action begins; ignored by endless actions. */
  readonly leadSeconds: number
  /** Where in its cycle an endless action (or the stance around an action) starts, 0 to 1. */
  readonly phase: number
  readonly ending: 'endless' | 'held' | 'back to stance'
}

/** One sample: which of the two actions is seen, and its picture. */
export interface Sample {
  readonly shows: 'action' | 'stance'
  readonly frame: number
}

type Timed = Pick<AnimatedAction, 'frames' | 'seconds' | 'playback'>

/** Seconds until the pictures repeat; back_forth plays forward, then backward, each `seconds` long. */
export function cycleSeconds(action: Timed): number {
  return action.playback === 'back_forth' ? 2 * action.seconds : action.seconds
}

/** The picture shown `time` seconds after the action began; a play_once action stays at its last. */
export function frameAt(action: Timed, time: number): number {
  const { frames, seconds, playback } = action
  if (seconds === 0) return 0
  const last = frames - 1
  const cycle = cycleSeconds(action)
  const within = playback === 'play_once' ? time : time % cycle
  const forward = Math.floor((within / seconds) * frames)
  return playback === 'back_forth' && within >= seconds
    ? Math.max(0, 2 * frames - 1 - forward)
    : Math.min(forward, last)
}

/** What the clip's eight samples show. */
export function sampleClip(action: Timed, stance: Timed, timing: Timing): Sample[] {
  return Array.from({ length: CLIP_FRAMES }, (_, index) => {
    const clock = index * FRAME_SECONDS
    if (timing.ending === 'endless') {
      const time = timing.phase * cycleSeconds(action) + clock
      return { shows: 'action', frame: frameAt(action, time) }
    }
    const time = clock - timing.leadSeconds
    const over = time >= cycleSeconds(action)
    if (time < 0 || (over && timing.ending === 'back to stance')) {
      const idle = timing.phase * cycleSeconds(stance) + clock
      return { shows: 'stance', frame: frameAt(stance, idle) }
    }
    const end = action.playback === 'back_forth' ? 0 : action.frames - 1
    return { shows: 'action', frame: over ? end : frameAt(action, time) }
  })
}
