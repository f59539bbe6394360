import { outside, squaredDistances } from './distance.ts'
import type { FillStep } from './fillPlan.ts'
import { FILLED, GUESSED, KNOWN } from './holeState.ts'
import { type Box, brightest, type Picture, type Samples } from './picture.ts'

/** One row of the network's colours, for columns of the crop. */
export type RowReader = (
  colour: number,
  y: number,
  columns: Pick<Box, 'left' | 'width'>,
) => Float32Array

/** Pixels over which a fill passes into the one beside it. */
const BLEND = 16

/**
 * Puts what a network painted into the hole inside a step's core, and says in `state` that it is
 * there. What an earlier step filled for good is blended into, over some pixels.
 * @param hole what of the crop the network was told to fill
 */
export function paste(
  target: Picture,
  state: Uint8Array,
  step: FillStep,
  hole: Uint8Array,
  read: RowReader,
): void {
  const { crop, core, kind } = step
  const { width } = target
  const most = brightest(target.pixels)
  const weights = kind === 'refine' ? seamWeights(step, hole) : undefined
  const columns = { left: core.left - crop.left, width: core.width }
  for (let y = 0; y < core.height; y++) {
    const inCrop = core.top - crop.top + y
    const row = (core.top + y) * width + core.left
    if (!hasHole(state, row, core.width)) continue
    const colours = [0, 1, 2].map((colour) => read(colour, inCrop, columns))
    for (let x = 0; x < core.width; x++) {
      const before = state[row + x] as number
      if (before === KNOWN || (before === FILLED && kind !== 'refine')) continue
      const weight = before === FILLED ? weights?.[inCrop * crop.width + columns.left + x] : 1
      write(target, row + x, colours, x, weight ?? 1, most)
      state[row + x] = kind === 'coarse' ? GUESSED : FILLED
    }
  }
}

function hasHole(state: Uint8Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (state[i] !== KNOWN) return true
  return false
}

/** How much of the new fill counts, by the way to what the network was shown as known. */
function seamWeights({ crop }: FillStep, hole: Uint8Array): Float32Array {
  const known = outside(hole)
  const distances = squaredDistances(known, crop.width, crop.height)
  return Float32Array.from(distances, (squared) => Math.min(1, Math.sqrt(squared) / BLEND))
}

/** Puts colours of −1 to 1 into a pixel, or so much of them. */
function write(
  { pixels, channels }: Picture,
  at: number,
  colours: readonly Float32Array[],
  x: number,
  weight: number,
  most: number,
): void {
  const first = at * channels
  const [red, green, blue] = colours as [Float32Array, Float32Array, Float32Array]
  if (channels <= 2) {
    // ITU-R BT.601, as every grey copy of a colour picture is made.
    const grey = 0.299 * (red[x] as number) + 0.587 * (green[x] as number)
    blend(pixels, first, grey + 0.114 * (blue[x] as number), weight, most)
    return
  }
  blend(pixels, first, red[x] as number, weight, most)
  blend(pixels, first + 1, green[x] as number, weight, most)
  blend(pixels, first + 2, blue[x] as number, weight, most)
}

function blend(pixels: Samples, at: number, value: number, weight: number, most: number): void {
  const before = pixels[at] as number
  const painted = before + weight * ((value + 1) * (most / 2) - before)
  pixels[at] = Math.max(0, Math.min(most, Math.round(painted)))
}
