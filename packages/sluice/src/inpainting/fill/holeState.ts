import type { FillStep } from './fillPlan.ts'
import { MarkSearch } from './markSearch.ts'
import type { Size } from './picture.ts'

// What has become of each pixel of a picture while its hole is being filled.

/** Outside the hole. */
export const KNOWN = 0
/** In the hole, not filled yet. */
export const OPEN = 1
/** Filled by a coarse step, to be filled again. */
export const GUESSED = 2
export const FILLED = 3

/** The state of a picture of which nothing is filled yet. */
export function openState(hole: Uint8Array): Uint8Array {
  const state = new Uint8Array(hole.length)
  const search = new MarkSearch(hole)
  for (let i = search.next(0, hole.length); i < hole.length; i = search.next(i, hole.length)) {
    for (; i < hole.length && hole[i] !== 0; i++) state[i] = OPEN
  }
  return state
}

/**
 * What a step tells the network to fill of its crop, a byte a pixel; undefined when nothing is left to
 * do for it. A step that refines takes everything outside its core for known.
 */
export function holeOfStep(
  state: Uint8Array,
  { width }: Size,
  { crop, core, kind }: FillStep,
): Uint8Array | undefined {
  const hole = new Uint8Array(crop.width * crop.height)
  let left = false
  for (let y = 0, i = 0; y < crop.height; y++) {
    const row = crop.top + y
    const inRows = row >= core.top && row < core.top + core.height
    for (let x = 0; x < crop.width; x++, i++) {
      const column = crop.left + x
      const before = state[row * width + column] as number
      if (before === KNOWN) continue
      const inCore = inRows && column >= core.left && column < core.left + core.width
      if (inCore && before !== FILLED) left = true
      if (kind === 'refine' ? inCore || before === OPEN : before === OPEN) hole[i] = 1
    }
  }
  return left ? hole : undefined
}
