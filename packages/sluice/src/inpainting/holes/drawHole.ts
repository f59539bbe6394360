import { MarkSearch } from '../fill/markSearch.ts'
import { checkHole, type Size } from '../fill/picture.ts'

/** A rectangle in pixels of a picture; `x` and `y` are its left upper corner. */
export interface Rectangle extends Size {
  readonly x: number
  readonly y: number
}

/** A corner of a polygon, in pixels of a picture; (0, 0) is the left upper corner of the first pixel. */
export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Adds a rectangle to a hole: the pixels whose middle lies in it. What hangs over is left out. Returns how
 * many pixels it covers.
 * @throws SluiceError `shape` when the hole is not of that size
 */
export function drawRectangle(hole: Uint8Array, size: Size, rectangle: Rectangle): number {
  const { x, y, width, height } = rectangle
  const corners = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ]
  return drawPolygon(hole, size, corners)
}

/**
 * Adds a polygon to a hole: the pixels whose middle lies in it, by the even-odd rule. It closes itself.
 * Returns how many pixels it covers.
 * @throws SluiceError `shape` when the hole is not of that size
 */
export function drawPolygon(hole: Uint8Array, size: Size, corners: readonly Point[]): number {
  checkHole(hole, size)
  let covered = 0
  for (let row = 0; row < size.height; row++) {
    const crossings = crossingsAt(corners, row + 0.5)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const first = Math.max(0, Math.ceil((crossings[i] as number) - 0.5))
      const end = Math.min(size.width, Math.ceil((crossings[i + 1] as number) - 0.5))
      if (end <= first) continue
      hole.fill(1, row * size.width + first, row * size.width + end)
      covered += end - first
    }
  }
  return covered
}

/** Where the outline crosses a horizontal line, from left to right. */
function crossingsAt(corners: readonly Point[], y: number): number[] {
  const crossings: number[] = []
  let from = corners.at(-1)
  for (const to of corners) {
    if (from !== undefined && from.y <= y !== to.y <= y) {
      crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x))
    }
    from = to
  }
  return crossings.sort((a, b) => a - b)
}

/** How many pixels a hole has. */
export function countHole(hole: Uint8Array): number {
  const search = new MarkSearch(hole)
  const { length } = hole
  let count = 0
  for (let i = search.next(0, length); i < length; i = search.next(i, length)) {
    for (; i < length && hole[i] !== 0; i++) count++
  }
  return count
}

/** A hole at another size, each pixel that of the nearest. @throws SluiceError `shape` */
export function resizeHole(hole: Uint8Array, from: Size, to: Size): Uint8Array {
  checkHole(hole, from)
  const resized = new Uint8Array(to.width * to.height)
  const columns = Int32Array.from({ length: to.width }, (_, x) =>
    Math.floor(((x + 0.5) * from.width) / to.width),
  )
  for (let y = 0, i = 0; y < to.height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / to.height) * from.width
    for (let x = 0; x < to.width; x++, i++)
      resized[i] = hole[row + (columns[x] as number)] as number
  }
  return resized
}
