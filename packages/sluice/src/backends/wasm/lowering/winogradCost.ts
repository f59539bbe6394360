import type { ConvolutionGrid } from './blocks.ts'
import type { WinogradGrid } from './winogradGrid.ts'
import {
  inDepthsOf,
  positionsOf,
  productsOf,
  SUMMED_DEPTHS,
  tileOf,
  unitCounts,
} from './winogradShape.ts'

/**
 * Vector operations, counted in the kernels: of a direct sum per four products; of the input's transform per
 * vector of one tile, in a plane and in space; of storing one vector of M; of the way out per vector of an output.
 */
const DIRECT = 2.4
const ENTER = { 6: 312, 8: 650, space: 2808 }
const LEAVE_SPACE = 1672
const STORE = 2
const FINISH = 12

/**
 * Vector operations of one sample, of as many convolutions as there are branches. They grow like the outputs'
 * depth where that is summed plainly, so that what is chosen depends neither on the batch nor on the length of a
 * clip that may be streamed.
 */
export function winogradCost(problem: WinogradGrid, branches: number): number {
  const { grid, points, deep, depths, views, parts, phases } = problem
  const tile = tileOf(problem)
  const viewChannels = grid.groupChannels * grid.segments
  const inputs = Math.ceil((viewChannels * views.length) / 4)
  const outputs = parts.length * outputVectors(grid, branches)
  const channels = viewChannels * depths.length
  // A transform for each column of points, then for each row of outputs.
  const leavePlane = (points + tile) * (points + 4 + 3 * tile) + tile ** 2 * FINISH
  const leave = deep ? LEAVE_SPACE + tile ** 3 * FINISH : leavePlane
  const products =
    outputs * (productsOf(problem) * channels * DIRECT + positionsOf(problem) * STORE)
  // Frames are transformed once for all outputs of a unit, those that no tap reads as well.
  const planes = depths.length > 1 ? inDepthsOf(problem, SUMMED_DEPTHS) / SUMMED_DEPTHS : 1
  const enter = inputs * (deep ? ENTER.space : planes * ENTER[points])
  const counts = [...phases, ...unitCounts(problem, deep ? 4 : 1)]
  const units = counts.reduce((all, count) => all * count, 1)
  return grid.groups * units * (enter + products + outputs * leave)
}

/** Vector operations of the direct kernel for one sample. */
export function directCost(grid: ConvolutionGrid, branches: number): number {
  const { groups, groupChannels, segments, gridSize, taps } = grid
  const pixels = gridSize[0] * gridSize[1] * gridSize[2]
  const products = taps.length * groupChannels * segments * DIRECT
  return groups * pixels * outputVectors(grid, branches) * (products + FINISH)
}

/** Vectors of a pixel's sums in one group, which fill whole panels of eight columns. */
function outputVectors({ outChannels, groups }: ConvolutionGrid, branches: number): number {
  return 2 * Math.ceil((branches * outChannels) / groups / 8)
}
