import type { Triple } from '../../../engine/ops/convolution/geometry.ts'
import type { Argument } from '../step.ts'
import { type Blocks, type ConvolutionGrid, geometryWords } from './blocks.ts'

/** A convolution that Winograd's F(4×4, 3×3) can do: 3 × 3 in space with stride 1, anything in time. */
export interface WinogradGrid {
  /** The grid in whole tiles of 4 × 4. */
  readonly grid: ConvolutionGrid
  /** Offsets of the taps in depth, none below zero. */
  readonly depths: readonly number[]
  /** Which tap of the kernel stands at [depth tap][3][3]. */
  readonly tapTable: Uint32Array
}

/** Scratch for one tile in the making; see `winograd.ts`. */
const TILE_SCRATCH = 576 + 576 + 512 + 64
/** Rows (output depth × tile) of a block: enough to share its weights, few enough for the cache. */
const ROWS_MAX = 64
/** Fewer channels than this and the transforms cost more than they save. */
const CHANNELS_MIN = 8
/** V of one block should stay in the second-level cache. */
const V_BYTES_MAX = 1 << 20

/**
 * Reads a grid as one for Winograd, if it is one. `tapIndices` names the kernel's tap behind each of
 * the grid's taps.
 */
export function winogradGrid(
  grid: ConvolutionGrid,
  tapIndices: ArrayLike<number>,
): WinogradGrid | undefined {
  const { gridSize, inStride, taps } = grid
  if (inStride[1] !== 1 || inStride[2] !== 1) return undefined
  if (grid.outStep.some((step) => step !== 1)) return undefined
  if (grid.groupChannels * grid.segments < CHANNELS_MIN) return undefined
  if (grid.outChannels / grid.groups < CHANNELS_MIN) return undefined
  if (gridSize[1] < 4 || gridSize[2] < 4) return undefined
  const depths = [...new Set(taps.map(([d]) => d))].sort((a, b) => a - b)
  if (taps.length !== depths.length * 9) return undefined
  const tapTable = new Uint32Array(taps.length)
  const seen = new Set<number>()
  taps.forEach(([d, h, w], index) => {
    if (h > 2 || w > 2) return
    const place = depths.indexOf(d) * 9 + h * 3 + w
    seen.add(place)
    tapTable[place] = tapIndices[index] ?? 0
  })
  if (seen.size !== taps.length) return undefined
  const whole = (size: number) => Math.ceil(size / 4) * 4
  return {
    grid: { ...grid, gridSize: [gridSize[0], whole(gridSize[1]), whole(gridSize[2])] },
    depths,
    tapTable,
  }
}

/** Blocks of whole tiles, and where everything lies in scratch. */
export interface WinogradBlocks {
  readonly blocks: Blocks
  /** Words of the record from the geometry's end: row and position steps, places in scratch. */
  readonly geometry: readonly Argument[]
  readonly places: readonly Argument[]
  readonly scratchBytes: number
}

/** Cuts the grid into blocks of about 64 rows that read each input depth as seldom as possible. */
export function chooseWinogradBlocks({ grid, depths }: WinogradGrid): WinogradBlocks {
  const channels = grid.groupChannels * grid.segments
  const rowBytes = Math.ceil(channels / 4) * 16
  const span = 1 + (depths.at(-1) ?? 0)
  const inDepths = (d: number) => (d - 1) * grid.inStride[0] + span
  let best: Triple = [1, 4, 4]
  let bestCost = Number.POSITIVE_INFINITY
  for (const d of [1, 2, 4, 8, 16]) {
    for (const h of [4, 8, 16, 32]) {
      for (const w of [4, 8, 16, 32]) {
        const size: Triple = [
          Math.min(d, grid.gridSize[0]),
          Math.min(h, grid.gridSize[1]),
          Math.min(w, grid.gridSize[2]),
        ]
        const tiles = (size[1] * size[2]) / 16
        const rows = size[0] * tiles
        if (rows > ROWS_MAX || 36 * inDepths(size[0]) * tiles * rowBytes > V_BYTES_MAX) continue
        const count = size.reduce<number>(
          (product, side, axis) => product * Math.ceil((grid.gridSize[axis] ?? 1) / side),
          1,
        )
        // Transformed input rows, multiplied rows (in fours), and the weights that each block reads.
        const multiplied = size[0] * Math.ceil(tiles / 4) * 4
        const cost = count * (4 * inDepths(size[0]) * tiles + 8 * multiplied + 64)
        if (cost >= bestCost) continue
        bestCost = cost
        best = size
      }
    }
  }
  return layOut(grid, depths, best, rowBytes, span)
}

function layOut(
  grid: ConvolutionGrid,
  depths: readonly number[],
  size: Triple,
  rowBytes: number,
  span: number,
): WinogradBlocks {
  const counts: Triple = [
    Math.ceil(grid.gridSize[0] / size[0]),
    Math.ceil(grid.gridSize[1] / size[1]),
    Math.ceil(grid.gridSize[2] / size[2]),
  ]
  const gather: Triple = [(size[0] - 1) * grid.inStride[0] + span, size[1] + 2, size[2] + 2]
  const gatherPositions = gather[0] * gather[1] * gather[2]
  const blocks: Blocks = {
    size,
    counts,
    span: [span, 3, 3],
    gather,
    gatherPositions,
    pixels: 0,
    count: counts[0] * counts[1] * counts[2],
  }
  const tiles = (size[1] * size[2]) / 16
  const paddedRows = size[0] * Math.ceil(tiles / 4) * 4
  const positionBytes = grid.groupChannels * grid.segments * 4
  const lines = (bytes: number) => Math.ceil(bytes / 64) * 64
  // One more line between positions: steps of a power of two would share the same cache sets.
  const vStep = lines(gather[0] * tiles * rowBytes) + 64
  const mStep = paddedRows * 32 + 64
  const rowsPlace = TILE_SCRATCH
  const gatherPlace = lines(rowsPlace + paddedRows * 4)
  // The last rows of the last position may read three rows further.
  const vPlace = gatherPlace + lines(gatherPositions * positionBytes + 64)
  const mPlace = vPlace + lines(36 * vStep + 4 * rowBytes)
  const offsets = Uint32Array.from(depths, (depth) => depth * tiles * rowBytes)
  return {
    blocks,
    geometry: geometryWords(grid, blocks, positionBytes, gatherPlace, offsets),
    places: [rowBytes, vStep, vPlace, mPlace, mStep, rowsPlace],
    scratchBytes: mPlace + 36 * mStep,
  }
}
