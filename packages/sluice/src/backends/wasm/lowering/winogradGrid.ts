import type { Triple } from '../../../engine/ops/convolution/geometry.ts'
import type { ConvolutionGrid } from './blocks.ts'
import { directCost, winogradCost } from './winogradCost.ts'

/** Where a picture begins within the one that it is a part of: rows and columns. */
export type Place = readonly [number, number]

/** One of the pictures that a strided input falls into: where it begins, and which of its last taps exist. */
export interface View {
  readonly at: Place
  /** Whether the last tap along height and the last along width are ones of the kernel: of three, the odd view has one. */
  readonly reaches: readonly [boolean, boolean]
}

/** The kernel's taps whose sum stands at one place of a transformed kernel. */
export type SharedTaps = readonly number[]

/**
 * A convolution that Winograd's six or eight points can do: two to five taps with stride 1 along height and width, or what
 * can be read so, and along depth three taps that are transformed as well or any as terms of the sum.
 */
export interface WinogradGrid {
  readonly grid: ConvolutionGrid
  /** Inputs of a tile along height and width; of its outputs there are points + 1 − taps. */
  readonly points: 6 | 8
  /** Taps along height and along width of what is transformed. */
  readonly taps: number
  /** Distance of neighbours of a tile in the input along D, H, W: the dilation, or the stride. */
  readonly step: Triple
  /** Interleaved pictures that a dilated convolution falls into along D, H, W. */
  readonly phases: Triple
  /** Distance of neighbours of a tile in the output, along H and W. */
  readonly outStep: readonly [number, number]
  /** Whether depth is transformed too: F(4×4×4, 3×3×3). */
  readonly deep: boolean
  /** Offsets of the depth taps that are terms of the sum; a single 0 where depth is transformed. */
  readonly depths: readonly number[]
  /** The pictures that a strided input falls into: further channels. */
  readonly views: readonly View[]
  /** The pictures that the output is made of. */
  readonly parts: readonly Place[]
  /** Which of the kernel's taps stand at [part][view][depth tap][(3)][taps][taps]. */
  readonly sources: readonly SharedTaps[]
}

/** What decides besides the shape. */
export interface WinogradWishes {
  /**
   * Sums must come in the same order for a clip of any length, because a stream may be computed frame
   * by frame: depth stays a plain sum.
   */
  readonly streamable: boolean
  /** Direct sums only. */
  readonly exact: boolean
  /** Convolutions of the same input that are done at once: 2 with a gate. Default 1. */
  readonly branches?: number
  /** It is for a weight gradient, whose kernel knows six points, three taps and whole pictures. */
  readonly weightGradient?: boolean
}

/** The most taps a side that tiles of six points leave more than one output. */
const TAPS_MAX = 5

/**
 * Reads a grid as one for Winograd, if it is one and that is cheaper. `tapIndices` names the kernel's tap behind
 * each of the grid's taps.
 */
export function winogradGrid(
  grid: ConvolutionGrid,
  tapIndices: ArrayLike<number>,
  { streamable, exact, branches = 1, weightGradient = false }: WinogradWishes,
): WinogradGrid | undefined {
  const { gridSize, inStride } = grid
  if (exact || grid.outStep.some((step) => step !== 1)) return undefined
  const offsets = ([0, 1, 2] as const).map((axis) =>
    [...new Set(grid.taps.map((tap) => tap[axis]))].sort((a, b) => a - b),
  )
  const [alongD = [], alongH = [], alongW = []] = offsets
  if (grid.taps.length !== alongD.length * alongH.length * alongW.length) return undefined
  const h = planeAxis(alongH, inStride[1])
  const w = planeAxis(alongW, inStride[2])
  if (h === undefined || w === undefined || h.taps !== w.taps) return undefined
  if (weightGradient && (h.taps !== 3 || inStride[1] !== 1 || inStride[2] !== 1)) return undefined
  const views = h.views.flatMap((row) =>
    w.views.map(
      (column): View => ({
        at: [row.at, column.at],
        reaches: [row.reaches, column.reaches],
      }),
    ),
  )
  const along = new Map(grid.taps.map((tap, index) => [tap.join(), tapIndices[index] ?? 0]))
  const sides = [...Array(h.taps).keys()]
  const sources = views.flatMap(({ at: [row, column] }) =>
    alongD.flatMap((depth) =>
      sides.flatMap((i) =>
        sides.map((j): SharedTaps => {
          const tap = along.get([depth, row + i * h.step, column + j * w.step].join())
          return tap === undefined ? [] : [tap]
        }),
      ),
    ),
  )
  const plane: WinogradGrid = {
    grid,
    points: 6,
    taps: h.taps,
    step: [1, h.step, w.step],
    phases: [1, Math.min(h.dilation, gridSize[1]), Math.min(w.dilation, gridSize[2])],
    outStep: [h.dilation, w.dilation],
    deep: false,
    depths: alongD,
    views,
    parts: [[0, 0]],
    sources,
  }
  const ways = [{ problem: plane, worth: WORTH.plane }]
  // With two taps the seven outputs a side of eight points would lose too many digits.
  if (h.taps > 2 && !weightGradient) {
    ways.push({ problem: { ...plane, points: 8 }, worth: WORTH.plane * WORTH.eight })
  }
  const space = streamable ? undefined : inSpace(plane)
  if (space !== undefined) ways.push({ problem: space, worth: WORTH.space })
  return cheapest(ways, branches)
}

/**
 * The part of the counted operations of another way at which one is about as fast, because counts leave out lists of
 * tiles and short loops: in a plane and in space of the direct sums, and eight points of six, whose rounding errors
 * are a third or less of theirs. Of 18 layers measured in a plane, those that count 0.73 of the direct sum's
 * operations and more took as long as it or longer, those at 0.65 and less were faster; of 6 in space, those from
 * 0.51 on took as long.
 */
const WORTH = { plane: 0.7, space: 0.5, eight: 0.93 }

/** The way that would take the least time, if direct sums would not take less. */
function cheapest(
  ways: readonly { readonly problem: WinogradGrid; readonly worth: number }[],
  branches: number,
): WinogradGrid | undefined {
  const timed = ways.map(({ problem, worth }) => ({
    problem,
    time: winogradCost(problem, branches) / worth,
  }))
  const best = timed.reduce((a, b) => (b.time < a.time ? b : a))
  return best.time < directCost(best.problem.grid, branches) ? best.problem : undefined
}

/** The same with depth transformed as well, where it has three taps, stride 1 and frames enough. */
function inSpace(plane: WinogradGrid): WinogradGrid | undefined {
  const { grid, taps, views, depths } = plane
  const frames = grid.gridSize[0]
  const step = grid.inStride[0] === 1 ? spacing(depths) : undefined
  if (step === undefined || depths.length !== 3 || taps !== 3 || views.length > 1) return undefined
  if (6 * tilesOfFour(frames, step) >= 3 * frames) return undefined
  return {
    ...plane,
    step: [step, plane.step[1], plane.step[2]],
    phases: [Math.min(step, frames), plane.phases[1], plane.phases[2]],
    deep: true,
    depths: [0],
  }
}

/** How taps along one axis of the plane are read. */
interface PlaneAxis {
  readonly taps: number
  readonly step: number
  readonly dilation: number
  readonly views: readonly { readonly at: number; readonly reaches: boolean }[]
}

/** Stride 1 with any dilation; or stride 2 without, where even and odd places are pictures of their own. */
function planeAxis(offsets: readonly number[], stride: number): PlaneAxis | undefined {
  const dilation = spacing(offsets)
  if (dilation === undefined || stride > 2 || (stride === 2 && dilation > 1)) return undefined
  const taps = Math.ceil(offsets.length / stride)
  if (taps < 2 || taps > TAPS_MAX) return undefined
  const views = [...Array(stride).keys()].map((at) => ({
    at,
    reaches: at + (taps - 1) * stride < offsets.length,
  }))
  return { taps, step: dilation * stride, dilation, views }
}

/** The distance of taps that are equally far apart. */
function spacing(offsets: readonly number[]): number | undefined {
  const distance = offsets[1]
  if (distance === undefined) return undefined
  return offsets.every((offset, index) => offset === index * distance) ? distance : undefined
}

/** Tiles of four along an axis, over all phases of the dilation. */
function tilesOfFour(size: number, step: number): number {
  return Math.min(step, size) * Math.ceil(Math.ceil(size / step) / 4)
}
