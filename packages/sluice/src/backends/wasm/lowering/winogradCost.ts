import type { ConvolutionGrid } from './blocks.ts'
import type { WinogradGrid } from './winogradGrid.ts'
import { productsOf } from './winogradViews.ts'

/**
 * Vector operations, counted in the kernels: of a direct sum per four products; of the input's transform per
 * vector of one tile, in a plane and in space; of storing one vector of M; of the way out per vector of an output.
 */
const DIRECT = 2.4
const ENTER = { 6: 312, 8: 650, space: 2808 }
const LEAVE_SPACE = 1672
const STORE = 2
const FINISH = 12

/** Outputs of a tile along height and width. */
export function tileOf({ points, taps }: WinogradGrid): number {
  return points + 1 - taps
}

/** Positions of the transformed domain. */
export function positionsOf({ points, deep }: WinogradGrid): number {
  return points ** (deep ? 3 : 2)
}

/** Tiles along D, H, W of one phase, where a unit has so many output depths. */
export function unitCounts(problem: WinogradGrid, unitDepths: number): number[] {
  const tile = tileOf(problem)
  return problem.phases.map((phases, axis) => {
    const size = Math.ceil((problem.grid.gridSize[axis] ?? 1) / phases)
    return Math.ceil(size / (axis === 0 ? unitDepths : tile))
  })
}

/**
 * Vector operations of one sample. They grow like the outputs' depth where that is summed plainly, so that what is chosen
 * depends neither on the batch nor on the length of a clip that may be streamed.
 */
export function winogradCost(problem: WinogradGrid): number {
  const { grid, points, deep, depths, views, parts, phases } = problem
  const tile = tileOf(problem)
  const viewChannels = grid.groupChannels * grid.segments
  const inputs = Math.ceil((viewChannels * views.length) / 4)
  const outputs = parts.length * 2 * Math.ceil(grid.outChannels / grid.groups / 8)
  const channels = viewChannels * depths.length
  // A transform for each column of points, then for each row of outputs.
  const leavePlane = (points + tile) * (points + 4 + 3 * tile) + tile ** 2 * FINISH
  const leave = deep ? LEAVE_SPACE + tile ** 3 * FINISH : leavePlane
  const products =
    outputs * (productsOf(problem) * channels * DIRECT + positionsOf(problem) * STORE)
  const enter = inputs * (deep ? ENTER.space : ENTER[points])
  const counts = [...phases, ...unitCounts(problem, deep ? 4 : 1)]
  const units = counts.reduce((all, count) => all * count, 1)
  return grid.groups * units * (enter + products + outputs * leave)
}

/** Vector operations of the direct kernel for one sample. */
export function directCost({
  groups,
  groupChannels,
  segments,
  outChannels,
  gridSize,
  taps,
}: ConvolutionGrid): number {
  const outputs = 2 * Math.ceil(outChannels / groups / 8)
  const pixels = gridSize[0] * gridSize[1] * gridSize[2]
  return groups * pixels * outputs * (taps.length * groupChannels * segments * DIRECT + FINISH)
}

/**
 * What the count leaves out, lists of tiles and loops that are short where channels are few. Of 18 layers measured in a plane, those
 * that count 0.73 of the direct sum's operations and more took as long as it or longer, those at 0.65 and less were faster; of
 * 6 in space, those from 0.51 on took as long.
 */
const WORTH = { plane: 0.7, space: 0.5 }

/** Whether Winograd's way is the faster one. */
export function beatsDirect(problem: WinogradGrid, grid: ConvolutionGrid): boolean {
  const worth = problem.deep ? WORTH.space : WORTH.plane
  return winogradCost(problem) < worth * directCost(grid)
}
