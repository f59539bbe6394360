import type { WinogradGrid } from './winogradGrid.ts'

/**
 * Which views have weights at the positions of one kind: inside, in the last column of points, in the last row, in
 * both. The last point stands for infinity and sees only the last tap of an axis. Of three taps with stride 2 two fall
 * to the even view and one to the odd one, so there the odd view's weights are all zero, and are left out: 121
 * products for each 25 outputs of a 3 × 3 kernel instead of 144.
 */
export function viewsByPosition({ views, deep }: WinogradGrid): number[][] {
  const all = views.map((_, view) => view)
  if (deep) return [all, all, all, all]
  const inColumn = all.filter((view) => views[view]?.reaches[1])
  const inRow = all.filter((view) => views[view]?.reaches[0])
  return [all, inColumn, inRow, inRow.filter((view) => inColumn.includes(view))]
}
