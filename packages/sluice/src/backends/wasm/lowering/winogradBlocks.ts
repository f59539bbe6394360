import { present } from '../../../foundation/invariant.ts'
import * as at from '../abi/winogradArguments.ts'
import type { Argument } from '../step.ts'
import type { PanelChunks } from './blockTask.ts'
import type { WinogradGrid } from './winogradGrid.ts'
import { inDepthsOf, positionsOf, SUMMED_DEPTHS, tileOf, unitCounts } from './winogradShape.ts'
import { viewsByPosition } from './winogradViews.ts'

/** How units of a problem are cut into blocks, and what kernels read of it. */
export interface WinogradBlocks {
  /** Blocks of the whole problem, batch included. */
  readonly count: number
  readonly positions: number
  /** The arguments of `abi/winogradArguments.ts`; how panels are cut into chunks is one of them. */
  words(panels: PanelChunks): Argument[]
  readonly scratchBytes: number
}

/** Scratch of the transforms, at the very beginning; `winogradInput.ts` needs 60,096 bytes of it. */
const TRANSFORM_SCRATCH = 65536
/** Rows (of V times one panel) that a block wants: enough to share the weights that it reads. */
const ROWS_MIN = 12
const ROWS_MAX = 24
/** Blocks that a problem should have, so that threads find work. */
const BLOCKS_WANTED = 8
/** V of one block stays in the second-level cache, beside a panel of M and the weights that pass through. */
const V_BYTES_MAX = 5 << 18

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
  const { grid, deep, depths, step, phases, parts } = problem
  const { gridSize, inStride } = grid
  const segments = segmentsOf(problem)
  const channels = grid.groupChannels * segments.length
  const ragged = segments.length > 1 && grid.groupChannels % 4 !== 0
  const tile = tileOf(problem)
  const rowBytes = Math.ceil(channels / 4) * 16 + (ragged ? 16 : 0)
  const positions = positionsOf(problem)
  const unitDepths = deep ? 4 : depthsOfUnit(gridSize[0], depths.length)
  const inDepths = deep ? 6 : inDepthsOf(problem, unitDepths)
  const rowDepths = deep ? 1 : unitDepths
  const rowInDepths = deep ? 1 : inDepths
  const counts = unitCounts(problem, unitDepths)
  const product = (values: readonly number[]) => values.reduce((all, value) => all * value, 1)
  const units = grid.batch * product(phases) * product(counts)
  const fitting = Math.floor(V_BYTES_MAX / (positions * rowInDepths * rowBytes * 4)) * 4
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
  const vPlace = lines(outputList + parts.length * blockUnits * unitDepths * tile * tile * 4)
  const mPlace = vPlace + lines(vBytes)
  const offsets = Uint32Array.from(depths, (depth) => depth * steps.depth)
  const viewChannels = grid.groupChannels * grid.segments
  const runs = runTable(problem, offsets, viewChannels * 16)
  const known: Readonly<Record<number, Argument>> = {
    [at.IN_CHANNELS]: grid.inChannels,
    [at.GROUP_CHANNELS]: grid.groupChannels,
    [at.SEGMENTS]: segments.length,
    [at.SEGMENT_LIST]: { table: Uint32Array.from(segments.flat()) },
    [at.GROUPS]: grid.groups,
    ...along(at.IN_SIZE, grid.inSize),
    ...along(at.OUT_SIZE, grid.outSize),
    ...along(at.IN_ORIGIN, grid.inOrigin),
    ...along(at.STEP, step),
    ...along(at.PHASES, phases),
    ...along(at.UNIT_COUNTS, counts),
    [at.DEEP]: deep ? 1 : 0,
    [at.DEPTH_STRIDE]: inStride[0],
    [at.UNIT_DEPTHS]: unitDepths,
    [at.IN_DEPTHS]: inDepths,
    [at.TAPS]: depths.length,
    [at.TAP_OFFSETS]: { table: offsets },
    [at.UNITS]: units,
    [at.BLOCK_UNITS]: blockUnits,
    [at.ROW_BYTES]: rowBytes,
    [at.V_POSITION]: steps.position,
    [at.V_GROUP]: steps.group,
    [at.V_DEPTH]: steps.depth,
    [at.M_ROW]: mRow,
    [at.UNIT_LIST]: TRANSFORM_SCRATCH,
    [at.OUTPUT_LIST]: outputList,
    [at.V_PLACE]: vPlace,
    [at.M_PLACE]: mPlace,
    [at.TILE]: tile,
    ...along(at.OUT_STEP, problem.outStep),
    [at.PARTS]: parts.length,
    // Parts may begin outside: negative numbers, as 32 bits.
    [at.PART_LIST]: { table: Uint32Array.from(parts.flat()) },
    [at.POINTS]: problem.points,
    [at.RUN_CHANNELS]: viewChannels,
    [at.RUN_LISTS]: { table: runs },
    [at.RUN_STEP]: runs.length / 4,
  }
  const words = ({ perChunk, chunks }: PanelChunks): Argument[] => {
    const cut = { [at.PANELS_PER_CHUNK]: perChunk, [at.PANEL_CHUNKS]: chunks }
    const all: typeof known = { ...known, ...cut }
    const count = at.ARGUMENTS - at.FIRST
    return Array.from({ length: count }, (_, i) => present(all[at.FIRST + i], 'argument'))
  }
  return { count, positions, words, scratchBytes: mPlace + rows * mRow }
}

/** One argument an axis, side by side. */
function along(first: number, values: readonly number[]): Readonly<Record<number, number>> {
  return Object.fromEntries(values.map((value, axis) => [first + axis, value]))
}

/** Where the channels of a group lie: in each view of the input, in each segment: channel, row, column. */
function segmentsOf({ grid, views }: WinogradGrid): (readonly [number, number, number])[] {
  const segmentsOfView = [...Array(grid.segments).keys()]
  return views.flatMap(({ at: [row, column] }) =>
    segmentsOfView.map((segment) => [segment * grid.segmentStep, row, column] as const),
  )
}

/** What sums run over at each kind of position: how many runs of a view's channels, and where in V they begin. */
function runTable(
  problem: WinogradGrid,
  depthOffsets: Uint32Array,
  viewBytes: number,
): Uint32Array {
  const most = depthOffsets.length * problem.views.length
  const lists = viewsByPosition(problem).map((views) => {
    const offsets = [...depthOffsets].flatMap((depth) => views.map((v) => depth + v * viewBytes))
    return [offsets.length, ...offsets, ...Array<number>(most - offsets.length).fill(0)]
  })
  return Uint32Array.from(lists.flat())
}

/** Output depths of a unit: all of them, or a part of about eight, where depth taps share inputs. */
function depthsOfUnit(size: number, depthTaps: number): number {
  if (depthTaps === 1) return 1
  return Math.ceil(size / Math.ceil(size / SUMMED_DEPTHS))
}
