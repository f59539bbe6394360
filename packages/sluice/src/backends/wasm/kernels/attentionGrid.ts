// Contextual attention, what is prepared: pixels of the grid packed for the tiles, norms, which keys are
// usable, and the cells that are pasted. Docs: docs/kernels.md, "Contextual attention".
import * as at from '../abi/attentionArguments'
import { float, pointer, word } from './record'

/** Columns up to a multiple of eight: the length of every row of scores. */
// @ts-ignore: decorator
@inline
export function paddedColumns(args: usize): i32 {
  return (word(args, at.COLUMNS) + 7) & ~7
}

/** Columns of cells; there is one more than of queries. */
// @ts-ignore: decorator
@inline
export function cellColumns(args: usize): i32 {
  return word(args, at.COLUMNS) + 1
}

/** Eights of columns in which the four pixels of a cell are packed. */
// @ts-ignore: decorator
@inline
export function cellBlocks(args: usize): i32 {
  return 4 * ((word(args, at.CHANNELS) + 7) >> 3)
}

/** Where eight channels of one row of cells begin: `[eights][row][column][8]`. */
// @ts-ignore: decorator
@inline
export function cellsAt(args: usize, cells: usize, block: i32, row: i32): usize {
  const line = block * (word(args, at.ROWS) + 1) + row
  return cells + (<usize>(line * cellColumns(args)) << 5)
}

/** Pixel of the features that a place of the grid keeps; 0 outside. */
export function gridPixel(args: usize, features: usize, row: i32, column: i32): usize {
  if (row < 0 || row >= word(args, at.ROWS)) return 0
  if (column < 0 || column >= word(args, at.COLUMNS)) return 0
  const y = word(pointer(args, at.ROW_OF), row)
  const x = word(pointer(args, at.COLUMN_OF), column)
  const floats = (y * word(args, at.WIDTH) + x) * word(args, at.CHANNELS)
  return features + (<usize>floats << 2)
}

/** Writes one pixel into a lane of `[channel][lanes]`; zeros if there is none. */
function packPixel(pixel: usize, channels: i32, target: usize, lanes: i32): void {
  const step = <usize>lanes << 2
  for (let c = 0; c < channels; c++) {
    store<f32>(target, pixel == 0 ? 0 : load<f32>(pixel + (<usize>c << 2)))
    target += step
  }
}

/** One row of the grid, `lanes` columns side by side. */
function packRow(args: usize, features: usize, row: i32, packed: usize, lanes: i32): void {
  const channels = word(args, at.CHANNELS)
  const columns = word(args, at.COLUMNS)
  const blocks = (columns + lanes - 1) / lanes
  let target = packed + (<usize>(row * blocks * channels * lanes) << 2)
  for (let first = 0; first < columns; first += lanes) {
    for (let lane = 0; lane < lanes; lane++) {
      const pixel = gridPixel(args, features, row, first + lane)
      packPixel(pixel, channels, target + (<usize>lane << 2), lanes)
    }
    target += <usize>(channels * lanes) << 2
  }
}

/** The two last and the two first pixels of a row. */
function packEdges(args: usize, features: usize, row: i32, packed: usize): void {
  const channels = word(args, at.CHANNELS)
  const columns = word(args, at.COLUMNS)
  const target = packed + (<usize>(row * channels * 4) << 2)
  packPixel(gridPixel(args, features, row, columns - 2), channels, target, 4)
  packPixel(gridPixel(args, features, row, columns - 1), channels, target + 4, 4)
  packPixel(gridPixel(args, features, row, 0), channels, target + 8, 4)
  packPixel(gridPixel(args, features, row, 1), channels, target + 12, 4)
}

function squaresOfPixel(args: usize, row: i32, column: i32): f64 {
  const pixel = gridPixel(args, pointer(args, at.BACKGROUND), row, column)
  if (pixel == 0) return 0
  let sum: f64 = 0
  for (let c = 0; c < word(args, at.CHANNELS); c++) {
    const value = <f64>load<f32>(pixel + (<usize>c << 2))
    sum += value * value
  }
  return sum
}

/** Whether a place of the grid lies in the hole; places outside do not. */
function isHole(args: usize, row: i32, column: i32): bool {
  if (row < 0 || row >= word(args, at.ROWS)) return false
  if (column < 0 || column >= word(args, at.COLUMNS)) return false
  const y = word(pointer(args, at.ROW_OF), row)
  const x = word(pointer(args, at.COLUMN_OF), column)
  return load<f32>(pointer(args, at.MASK) + (<usize>(y * word(args, at.WIDTH) + x) << 2)) != 0
}

/** Whether the 3×3 patch of a key holds no hole; places outside the grid are no keys. */
function isUsable(args: usize, row: i32, column: i32): bool {
  if (row < 0 || row >= word(args, at.ROWS)) return false
  if (column < 0 || column >= word(args, at.COLUMNS)) return false
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = column - 1; x <= column + 1; x++) {
      if (isHole(args, y, x)) return false
    }
  }
  return true
}

/** What keeps an exponential from counting. */
const FAR: f32 = -3e38

/** A chunk is one row of the grid. */
export function attentionGrid(args: usize, row: i32): void {
  packRow(args, pointer(args, at.FOREGROUND), row, pointer(args, at.QUERIES_4), 4)
  packRow(args, pointer(args, at.FOREGROUND), row, pointer(args, at.QUERIES_8), 8)
  packRow(args, pointer(args, at.BACKGROUND), row, pointer(args, at.KEYS_8), 8)
  packEdges(args, pointer(args, at.FOREGROUND), row, pointer(args, at.QUERY_EDGES))
  packEdges(args, pointer(args, at.BACKGROUND), row, pointer(args, at.KEY_EDGES))
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  const added = 1e-4 * <f64>(9 * word(args, at.CHANNELS))
  // Sums over three rows, of the column to the left, of the column itself and of the one to the right.
  let left: f64 = 0
  let middle: f64 = 0
  let right = squaresOfColumn(args, row, 0)
  for (let column = 0; column < padded; column++) {
    left = middle
    middle = right
    right = squaresOfColumn(args, row, column + 1)
    const place = <usize>(row * padded + column) << 2
    const squares = left + middle + right
    let norm = Math.sqrt(word(args, at.ADDED_NORM) != 0 ? squares + added : squares)
    if (word(args, at.ADDED_NORM) == 0) norm = max(norm, 1e-4)
    const inside = column < columns
    const usable = isUsable(args, row, column)
    store<f32>(pointer(args, at.INVERSE_NORMS) + place, inside ? <f32>(1 / norm) : 0)
    store<f32>(pointer(args, at.SCALES) + place, usable ? float(args, at.SOFTMAX_SCALE) : 0)
    store<f32>(pointer(args, at.PADDING_OUT) + place, inside ? 0 : FAR)
    store<f32>(pointer(args, at.UNUSABLE_OUT) + place, usable ? 0 : FAR)
  }
}

function squaresOfColumn(args: usize, row: i32, column: i32): f64 {
  return (
    squaresOfPixel(args, row - 1, column) +
    squaresOfPixel(args, row, column) +
    squaresOfPixel(args, row + 1, column)
  )
}

/**
 * A chunk is one row of cells: cell (t, x) holds the pixels of rows 2t − 1 and 2t and of columns 2x − 1
 * and 2x, which the same four patches cover.
 */
export function attentionCells(args: usize, row: i32): void {
  packRowOfCells(args, row, pointer(args, at.BACKGROUND), pointer(args, at.CELLS))
  findRuns(args, row)
}

/** All rows of cells of other features. */
export function packCells(args: usize, features: usize, packed: usize): void {
  for (let row = 0; row <= word(args, at.ROWS); row++) packRowOfCells(args, row, features, packed)
}

function packRowOfCells(args: usize, row: i32, features: usize, packed: usize): void {
  const channels = word(args, at.CHANNELS)
  const width = cellColumns(args)
  const blocks = cellBlocks(args)
  const perPixel = blocks >> 2
  for (let block = 0; block < blocks; block++) {
    const pixel = block / perPixel
    const first = (block % perPixel) << 3
    const y = 2 * row - 1 + (pixel >> 1)
    for (let column = 0; column < width; column++) {
      const x = 2 * column - 1 + (pixel & 1)
      const target = cellsAt(args, packed, block, row) + (<usize>column << 5)
      const inside = y >= 0 && y < word(args, at.HEIGHT) && x >= 0 && x < word(args, at.WIDTH)
      const floats = (y * word(args, at.WIDTH) + x) * channels + first
      const source = features + (<usize>floats << 2)
      for (let lane = 0; lane < 8; lane++) {
        const value =
          inside && first + lane < channels ? load<f32>(source + (<usize>lane << 2)) : <f32>0
        store<f32>(target + (<usize>lane << 2), value)
      }
    }
  }
}

/** Runs of cells that at least one usable key's patch covers. */
function findRuns(args: usize, row: i32): void {
  const runs = pointer(args, at.RUNS) + (<usize>(row * (1 + 2 * at.MOST_RUNS)) << 2)
  const width = cellColumns(args)
  let count = 0
  let open = false
  for (let column = 0; column < width; column++) {
    const used =
      isUsable(args, row - 1, column - 1) ||
      isUsable(args, row - 1, column) ||
      isUsable(args, row, column - 1) ||
      isUsable(args, row, column)
    if (used && !open && count < at.MOST_RUNS) {
      store<i32>(runs + (<usize>(1 + 2 * count) << 2), column)
      count++
    }
    if (used) store<i32>(runs + (<usize>(2 * count) << 2), column + 1)
    open = used
  }
  store<i32>(runs, count)
}
