/** What a clip will show, decided from the seed alone, before any picture is read. */
import type { Random } from '../../packages/sluice/src/foundation/random.ts'
import { type Action, ENDLESS, HELD } from './actions.ts'
import { LONGEST_LEAD_SECONDS, type Timing } from './clock.ts'

export const SETS = ['train', 'valid', 'test'] as const

export type SetName = (typeof SETS)[number]

/** How many clips each body gives per action and direction. */
export type ClipsPerCell = Readonly<Record<SetName, number>>

export interface ClipPlan {
  readonly set: SetName
  /** File name without extension; tells body, direction and skin or equipment. */
  readonly name: string
  readonly action: Action
  readonly direction: number
  /** Animation files in painting order. */
  readonly layers: readonly string[]
  /** How far the figure may be enlarged to fill the canvas. */
  readonly largestScale: number
  readonly timing: Timing
  readonly background: readonly [number, number, number]
}

/** Chance's part of a clip: when it starts and what stands behind it, never what it shows. */
export function drawSetting(
  action: Action,
  random: Random,
): Pick<ClipPlan, 'timing' | 'background'> {
  const ending = ENDLESS.has(action) ? 'endless' : HELD.has(action) ? 'held' : 'back to stance'
  const leadSeconds = random.uniform(0, LONGEST_LEAD_SECONDS)
  const phase = random.uniform()
  return { timing: { leadSeconds, phase, ending }, background: drawBackground(random) }
}

/**
 * A muted grey, each channel a little off it: enough that no exact colour can be relied on. A wider
 * range (40 to 150) was tried and cost a small network 12 epochs about six points of accuracy, which
 * it spent on learning what a background is.
 */
function drawBackground(random: Random): [number, number, number] {
  const grey = random.uniform(80, 112)
  const channel = () => Math.round(grey + random.uniform(-8, 8))
  return [channel(), channel(), channel()]
}
