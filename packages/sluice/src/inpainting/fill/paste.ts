import { squaredDistances } from './distance.ts'
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
      write(target, row + x, colours, x, weight ?? 1)
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
  const known = hole.map((mark) => (mark === 0 ? 1 : 0))
  const distances = squaredDistances(known, crop.width, crop.height)
  return Float32Array.from(distances, (squared) => Math.min(1, Math.sqrt(squared) / BLEND))
}

/** ITU-R BT.601, as every grey copy of a colour picture is made. */
const LUMA = [0.299, 0.587, 0.114] as const

function write(
  { pixels, channels }: Picture,
  at: number,
  colours: readonly Float32Array[],
  x: number,
  weight: number,
): void {
  const half = brightest(pixels) / 2
  const [red = 0, green = 0, blue = 0] = colours.map((row) => row[x] as number)
  const to = at * channels
  const put = (sample: number, value: number): void => {
    const painted = (value + 1) * half
    const before = pixels[sample] as number
    pixels[sample] = rounded(weight === 1 ? painted : before + weight * (painted - before), pixels)
  }
  if (channels <= 2) {
    put(to, red * LUMA[0] + green * LUMA[1] + blue * LUMA[2])
    return
  }
  put(to, red)
  put(to + 1, green)
  put(to + 2, blue)
}

function rounded(value: number, pixels: Samples): number {
  return Math.max(0, Math.min(brightest(pixels), Math.round(value)))
}
