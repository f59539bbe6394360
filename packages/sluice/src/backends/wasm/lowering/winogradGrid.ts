import type { Triple } from '../../../engine/ops/convolution/geometry.ts'
import type { Argument } from '../step.ts'
import type { ConvolutionGrid } from './blocks.ts'

/**
 * A convolution that Winograd's F(4, 3) can do: three taps with stride 1 along height and width, and
 * along depth either the same or any taps as terms of the sum.
 */
export interface WinogradGrid {
  readonly grid: ConvolutionGrid
  /** Distance of the taps along D, H, W: the dilation. */
  readonly step: Triple
  /** Whether depth is transformed too: F(4×4×4, 3×3×3). */
  readonly deep: boolean
  /** Offsets of the depth taps that are terms of the sum; a single 0 where depth is transformed. */
  readonly depths: readonly number[]
  /** Which tap of the kernel stands at [depth tap][(3)][3][3]. */
  readonly tapTable: Uint32Array
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
}

/**
 * Vector operations, counted in the kernels: of a direct sum per four products; of transforms per vector
 * of inputs or outputs of one tile, in a plane and in space; of storing one vector of M.
 */
const DIRECT = 2.4
const ENTER = { plane: 312, space: 2808 }
const LEAVE = { plane: 220 + 16 * 12, space: 1672 + 64 * 12 }
const STORE = 2

/**
 * Reads a grid as one for Winograd, if it is one. `tapIndices` names the kernel's tap behind each of
 * the grid's taps.
 */
export function winogradGrid(
  grid: ConvolutionGrid,
  tapIndices: ArrayLike<number>,
  { streamable, exact }: WinogradWishes,
): WinogradGrid | undefined {
  const { gridSize, inStride, taps } = grid
  if (exact || inStride[1] !== 1 || inStride[2] !== 1) return undefined
  if (grid.outStep.some((step) => step !== 1)) return undefined
  const offsets = ([0, 1, 2] as const).map((axis) =>
    [...new Set(taps.map((tap) => tap[axis]))].sort((a, b) => a - b),
  )
  const [alongD = [], alongH = [], alongW = []] = offsets
  const stepH = threeTaps(alongH)
  const stepW = threeTaps(alongW)
  if (stepH === undefined || stepW === undefined) return undefined
  if (taps.length !== alongD.length * 9) return undefined
  const tapTable = new Uint32Array(taps.length)
  taps.forEach(([d, h, w], index) => {
    const place = alongD.indexOf(d) * 9 + alongH.indexOf(h) * 3 + alongW.indexOf(w)
    tapTable[place] = tapIndices[index] ?? 0
  })
  const stepD = inStride[0] === 1 && !streamable ? threeTaps(alongD) : undefined
  const deep = stepD !== undefined && 6 * tiles(gridSize[0], stepD) < 3 * gridSize[0]
  const planes = tiles(gridSize[1], stepH) * tiles(gridSize[2], stepW)
  const units = planes * (deep ? tiles(gridSize[0], stepD) : gridSize[0])
  if (winogradCost(grid, deep, alongD.length) * units > directCost(grid)) return undefined
  const step: Triple = [deep ? stepD : 1, stepH, stepW]
  return { grid, step, deep, depths: deep ? [0] : alongD, tapTable }
}

/** Vector operations of one unit of one output depth, or of a tile in space. */
function winogradCost(grid: ConvolutionGrid, deep: boolean, depthTaps: number): number {
  const inputs = Math.ceil((grid.groupChannels * grid.segments) / 4)
  const outputs = 2 * Math.ceil(grid.outChannels / grid.groups / 8)
  const positions = deep ? 216 : 36
  const channels = grid.groupChannels * grid.segments * (deep ? 1 : depthTaps)
  const kind = deep ? 'space' : 'plane'
  const products = positions * outputs * (channels * DIRECT + STORE)
  return grid.groups * (inputs * ENTER[kind] + products + outputs * LEAVE[kind])
}

function directCost({
  groups,
  groupChannels,
  segments,
  outChannels,
  gridSize,
  taps,
}: ConvolutionGrid): number {
  const outputs = 2 * Math.ceil(outChannels / groups / 8)
  const pixels = gridSize[0] * gridSize[1] * gridSize[2]
  return groups * pixels * outputs * (taps.length * groupChannels * segments * DIRECT + 12)
}

/** The distance of three taps that are equally far apart. */
function threeTaps([first, second, third, ...more]: readonly number[]): number | undefined {
  if (first !== 0 || second === undefined || third !== 2 * second || more.length > 0) {
    return undefined
  }
  return second
}

/** Tiles of four along an axis, over all phases of the dilation. */
function tiles(size: number, step: number): number {
  return Math.min(step, size) * Math.ceil(Math.ceil(size / step) / 4)
}

/** How units of a problem are cut into blocks, and the words that kernels read of it. */
export interface WinogradBlocks {
  /** Blocks of the whole problem, batch included. */
  readonly count: number
  readonly positions: number
  /** The words of `winogradTiles.ts`, in its order; `panelChunks` stand in the midst of them. */
  words(perChunk: number, panelChunks: number): Argument[]
  readonly scratchBytes: number
}

/** Scratch of the transforms, at the very beginning; `winogradInput.ts` needs 29,504 bytes of it. */
const TRANSFORM_SCRATCH = 32768
/** Rows (of V times one panel) that a block wants: enough to share the weights that it reads. */
const ROWS_MIN = 12
const ROWS_MAX = 24
/** Blocks that a problem should have, so that threads find work. */
const BLOCKS_WANTED = 8
/** V of one block stays in the second-level cache, beside a panel of M and the weights that pass through. */
const V_BYTES_MAX = 5 << 18
/** Output depths of a unit whose depth taps are terms of the sum: they share transformed inputs. */
const SUMMED_DEPTHS = 8

const lines = (bytes: number) => Math.ceil(bytes / 64) * 64

/**
 * Cuts a problem into blocks. Depends on the problem alone, never on the number of threads.
 * @param order of V: for sums over channels four rows lie together and the positions of four rows follow
 * one another (`tiles`); for sums over rows those of one position do (`rows`)
 */
export function chooseWinogradBlocks(
  problem: WinogradGrid,
  order: 'tiles' | 'rows',
): WinogradBlocks {
  const { grid, deep, depths, step } = problem
  const { gridSize, inStride } = grid
  const channels = grid.groupChannels * grid.segments
  const ragged = grid.segments > 1 && grid.groupChannels % 4 !== 0
  const rowBytes = Math.ceil(channels / 4) * 16 + (ragged ? 16 : 0)
  const positions = deep ? 216 : 36
  const span = 1 + (depths.at(-1) ?? 0)
  const unitDepths = deep ? 4 : depthsOfUnit(gridSize[0], depths.length)
  const inDepths = deep ? 6 : (unitDepths - 1) * inStride[0] + span
  const rowDepths = deep ? 1 : unitDepths
  const rowInDepths = deep ? 1 : inDepths
  const phases = step.map((distance, axis) => Math.min(distance, gridSize[axis] ?? 1))
  const counts = step.map((distance, axis) =>
    Math.ceil(Math.ceil((gridSize[axis] ?? 1) / distance) / (axis === 0 ? unitDepths : 4)),
  )
  const product = (values: readonly number[]) => values.reduce((all, value) => all * value, 1)
  const units = grid.batch * product(phases) * product(counts)
  const fitting = Math.floor(V_BYTES_MAX / (positions * rowInDepths * rowBytes))
  const least = Math.ceil(ROWS_MIN / rowDepths)
  const wanted = Math.max(least, Math.ceil(units / BLOCKS_WANTED))
  const most = Math.max(1, Math.min(wanted, Math.floor(ROWS_MAX / rowDepths), fitting, units))
  // Rows stand four side by side.
  const blockUnits = Math.ceil(Math.ceil(units / Math.ceil(units / most)) / 4) * 4
  const count = Math.ceil(units / blockUnits)

  const rows = rowDepths * blockUnits
  // One more line in between: steps of a power of two would share the same cache sets.
  const rowsBytes = rowInDepths * blockUnits * rowBytes + 64
  const tilesBytes = positions * 4 * rowBytes + 64
  const steps =
    order === 'tiles'
      ? { position: 4 * rowBytes, group: tilesBytes, depth: (blockUnits / 4) * tilesBytes }
      : { position: rowsBytes, group: 4 * rowBytes, depth: blockUnits * rowBytes }
  const vBytes =
    order === 'tiles' ? rowInDepths * (blockUnits / 4) * tilesBytes : positions * rowsBytes
  const mRow = positions * 32
  const outputList = TRANSFORM_SCRATCH + lines(blockUnits * 16)
  const vPlace = lines(outputList + blockUnits * unitDepths * 64)
  const mPlace = vPlace + lines(vBytes)
  const offsets = Uint32Array.from(depths, (depth) => depth * steps.depth)
  const words = (perChunk: number, panelChunks: number): Argument[] => [
    grid.inChannels,
    grid.groupChannels,
    grid.segments,
    grid.segmentStep,
    grid.groups,
    ...grid.inSize,
    ...grid.outSize,
    ...grid.inOrigin,
    ...step,
    ...phases,
    ...counts,
    deep ? 1 : 0,
    inStride[0],
    unitDepths,
    inDepths,
    depths.length,
    { table: offsets },
    units,
    blockUnits,
    perChunk,
    panelChunks,
    rowBytes,
    steps.position,
    steps.group,
    steps.depth,
    mRow,
    TRANSFORM_SCRATCH,
    outputList,
    vPlace,
    mPlace,
  ]
  return { count, positions, words, scratchBytes: mPlace + rows * mRow }
}

/** Output depths of a unit: all of them, or a part of about eight, where depth taps share inputs. */
function depthsOfUnit(size: number, depthTaps: number): number {
  if (depthTaps === 1) return 1
  return Math.ceil(size / Math.ceil(size / SUMMED_DEPTHS))
}
