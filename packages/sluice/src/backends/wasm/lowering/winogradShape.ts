/** How large a problem for Winograd is: its tiles, positions, units and products. */
import type { WinogradGrid } from './winogradGrid.ts'
import { viewsByPosition } from './winogradViews.ts'

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

/** Products of a tile for one column and one channel of a view, all positions and views together. */
export function productsOf(problem: WinogradGrid): number {
  const { points, deep } = problem
  if (deep) return points ** 3
  const [inside = [], inColumn = [], inRow = [], inBoth = []] = viewsByPosition(problem)
  const edge = points - 1
  return edge ** 2 * inside.length + edge * (inColumn.length + inRow.length) + inBoth.length
}

/** Output depths of a unit whose depth taps are terms of the sum: they share transformed inputs. */
export const SUMMED_DEPTHS = 8

/** Input depths that so many output depths of a unit span. */
export function inDepthsOf({ grid, depths }: WinogradGrid, unitDepths: number): number {
  return (unitDepths - 1) * grid.inStride[0] + 1 + (depths.at(-1) ?? 0)
}
