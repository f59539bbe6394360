import { MarkSearch } from './markSearch.ts'
import { type Box, type Size, union } from './picture.ts'

/** Side of the cells in which holes are looked for, in pixels. */
const CELL = 16

/**
 * Boxes around the parts of a hole, tight; parts that are nearer to one another than about `near`
 * pixels are one. Holes are first gathered by small cells, so that a mask of a million specks costs no
 * more than one of a single stroke.
 */
export function holeGroups(hole: Uint8Array, size: Size, near: number): Box[] {
  const columns = Math.ceil(size.width / CELL)
  const rows = Math.ceil(size.height / CELL)
  const cells = tightBoxes(hole, size, columns, rows)
  const reach = Math.max(1, Math.ceil(near / CELL))
  const groups: Box[] = []
  const seen = new Uint8Array(cells.length)
  for (let start = 0; start < cells.length; start++) {
    const first = cells[start]
    if (first === undefined || seen[start] === 1) continue
    seen[start] = 1
    let box = first
    const waiting = [start]
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      const row = Math.floor(cell / columns)
      const column = cell % columns
      const right = Math.min(columns - 1, column + reach)
      const bottom = Math.min(rows - 1, row + reach)
      for (let y = Math.max(0, row - reach); y <= bottom; y++) {
        for (let x = Math.max(0, column - reach); x <= right; x++) {
          const other = y * columns + x
          const found = cells[other]
          if (found === undefined || seen[other] === 1) continue
          seen[other] = 1
          box = union(box, found)
          waiting.push(other)
        }
      }
    }
    groups.push(box)
  }
  return groups
}

/** The tight box of what lies of the hole in each cell; undefined for cells without any. */
function tightBoxes(
  hole: Uint8Array,
  { width, height }: Size,
  columns: number,
  rows: number,
): (Box | undefined)[] {
  const cells = new Array<Box | undefined>(columns * rows).fill(undefined)
  const search = new MarkSearch(hole)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const firstCell = Math.floor(y / CELL) * columns
    for (let left = 0; ; ) {
      left = search.next(row + left, row + width) - row
      if (left >= width) break
      const column = Math.floor(left / CELL)
      const end = Math.min(width, (column + 1) * CELL)
      let right = end - 1
      while (hole[row + right] === 0) right--
      const found = { left, top: y, width: right - left + 1, height: 1 }
      const before = cells[firstCell + column]
      cells[firstCell + column] = before === undefined ? found : union(before, found)
      left = end
    }
  }
  return cells
}

/** The tight box of the hole inside a box; undefined when there is none of it. */
export function tightBox(hole: Uint8Array, { width }: Size, within: Box): Box | undefined {
  let left = within.width
  let right = -1
  let top = -1
  let bottom = -1
  for (let y = 0; y < within.height; y++) {
    const row = (within.top + y) * width + within.left
    for (let x = 0; x < within.width; x++) {
      if (hole[row + x] === 0) continue
      if (x < left) left = x
      if (x > right) right = x
      if (top < 0) top = y
      bottom = y
    }
  }
  if (right < 0) return undefined
  return {
    left: within.left + left,
    top: within.top + top,
    width: right - left + 1,
    height: bottom - top + 1,
  }
}
