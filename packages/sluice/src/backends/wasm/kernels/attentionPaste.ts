// Contextual attention: what is pasted. Patches of 4×4 pixels two apart overlap so that each cell of
// 2×2 pixels is covered by four of them, one of each query around it, and takes from each the cell of the
// key that lies the same way. So attention is summed first, over the four pairs of queries and keys,
// and cells of the background are then weighed with it: a quarter of the products.
//
// A chunk is a part of the rows of cells, and with them of the rows of the output.
import * as at from '../attentionArguments'
import { cellBlocks, cellColumns, paddedColumns } from './attentionGrid'
import { advance, behindScores, lagOf, logits, logitsRow, rowBytes } from './attentionScores'
import { loadLanes, storeLanes } from './lanes'
import { exp4 } from './math'
import { pointer, word } from './record'
import { packed4x8 } from './tiles'

/** Exponentials this far below a query's largest are nothing: no float32 sum would notice them. */
const NOTHING: f32 = -50

/** Columns of cells whose attention is packed at a time. */
const PACKED = 16

/** First row of one of the two blocks of attention; zeros lie before it. */
// @ts-ignore: decorator
@inline
function attentionBlock(args: usize, scratch: usize, row: i32): usize {
  const rows = (row & 1) * (word(args, at.COLUMNS) + 2) + 1
  return behindScores(args, scratch) + 32 + <usize>rows * rowBytes(args)
}

/** Behind the blocks: packed attention, then the sums of a tile. */
// @ts-ignore: decorator
@inline
function packedAttention(args: usize, scratch: usize): usize {
  const rows = 2 * (word(args, at.COLUMNS) + 2)
  return behindScores(args, scratch) + <usize>rows * rowBytes(args)
}

export function attentionPaste(args: usize, part: i32, scratch: usize): void {
  const rows = word(args, at.ROWS)
  const first = (part * (rows + 1)) / word(args, at.PARTS)
  const last = ((part + 1) * (rows + 1)) / word(args, at.PARTS)
  memory.fill(scratch, 0, packedAttention(args, scratch) - scratch)
  clearOutput(args, first, last)
  const lag = lagOf(args)
  const firstRow = max(0, first - 1)
  const lastRow = min(rows, last)
  for (let distance = 0; distance < rows; distance++) {
    for (let step = firstRow - lag; step < lastRow + lag; step++) {
      advance(args, scratch, distance, step, firstRow - lag)
      const row = step - lag
      if (row < firstRow) continue
      attend(args, scratch, distance, row)
      if (row >= first) pasteBetween(args, scratch, distance, row, row > firstRow)
    }
    if (last == rows + 1) pasteLast(args, scratch, distance)
  }
}

/** Rows 2t − 1 and 2t for all rows of cells t of the part. */
function clearOutput(args: usize, first: i32, last: i32): void {
  const floats = word(args, at.WIDTH) * word(args, at.CHANNELS)
  const begin = max(0, 2 * first - 1) * floats
  const end = min(word(args, at.HEIGHT), 2 * last - 1) * floats
  if (end <= begin) return
  memory.fill(pointer(args, at.OUTPUT) + (<usize>begin << 2), 0, <usize>(end - begin) << 2)
}

/** A quarter of the attention that one row of queries pays to one row of keys. */
function attend(args: usize, scratch: usize, distance: i32, row: i32): void {
  const columns = word(args, at.COLUMNS)
  const block = attentionBlock(args, scratch, row)
  const source = logitsRow(args, scratch)
  for (let query = 0; query < columns; query++) {
    logits(args, scratch, distance, row, query, pointer(args, at.UNUSABLE_OUT))
    const place = <usize>(row * columns + query) << 2
    const largest = v128.load32_splat(pointer(args, at.LARGEST) + place)
    const quarter = v128.load32_splat(pointer(args, at.QUARTERS) + place)
    const target = block + <usize>query * rowBytes(args)
    for (let offset: usize = 0; offset < <usize>paddedColumns(args) << 2; offset += 16) {
      const logit = f32x4.sub(v128.load(source + offset), largest)
      const attention = f32x4.mul(exp4(logit), quarter)
      // Not "greater": what compares with NaN must stay NaN.
      const nothing = f32x4.lt(logit, f32x4.splat(NOTHING))
      v128.store(target + offset, v128.andnot(attention, nothing))
    }
  }
}

/** The row of cells between `row` and the one before, or before the first. */
function pasteBetween(args: usize, scratch: usize, distance: i32, row: i32, pair: bool): void {
  const rows = word(args, at.ROWS)
  const keyRow = (row + distance) % rows
  const own = attentionBlock(args, scratch, row)
  const above = attentionBlock(args, scratch, row - 1)
  if (pair && keyRow > 0) {
    pasteCells(args, scratch, row, keyRow, own, above)
    return
  }
  pasteCells(args, scratch, row, keyRow, own, 0)
  // The keys went around the end of the grid: the patch above lies at its bottom.
  if (pair) pasteCells(args, scratch, row, rows, above, 0)
}

/** The row of cells behind the last row of queries. */
function pasteLast(args: usize, scratch: usize, distance: i32): void {
  const rows = word(args, at.ROWS)
  const keyRow = (rows - 1 + distance) % rows
  pasteCells(args, scratch, rows, keyRow + 1, attentionBlock(args, scratch, rows - 1), 0)
}

/**
 * Adds to one row of cells what it takes from another: attention of one block, or of two, summed over the
 * queries to the left and to the right.
 */
function pasteCells(
  args: usize,
  scratch: usize,
  row: i32,
  keyRow: i32,
  block: usize,
  second: usize,
): void {
  const runs = pointer(args, at.RUNS) + (<usize>(keyRow * (1 + 2 * at.MOST_RUNS)) << 2)
  if (load<i32>(runs) == 0) return
  const width = cellColumns(args)
  const length = rowBytes(args)
  for (let first = 0; first < width; first += PACKED) {
    for (let four = first; four < min(width, first + PACKED); four += 4) {
      const target = packedAttention(args, scratch) + <usize>((four - first) >> 2) * packedBytes(args)
      const begin = block + <usize>four * length
      packFour(args, begin, second == 0 ? 0 : second + <usize>four * length, four, target)
    }
    weigh(args, scratch, row, keyRow, first, min(width, first + PACKED))
  }
}

/** Bytes of four cells' packed attention. */
// @ts-ignore: decorator
@inline
function packedBytes(args: usize): usize {
  return <usize>(paddedColumns(args) + 8) << 4
}

/** `[key column][4]` for four columns of cells. */
function packFour(args: usize, block: usize, second: usize, first: i32, target: usize): void {
  const width = cellColumns(args)
  const length = rowBytes(args)
  const third = first + 2 < width
  const fourth = first + 3 < width
  for (let column = 0; column < width; column += 4) {
    const place = <usize>column << 2
    const a = cellRow(block + place, second == 0 ? 0 : second + place, length, 0)
    const b =
      first + 1 < width
        ? cellRow(block + place, second == 0 ? 0 : second + place, length, 1)
        : f32x4.splat(0)
    const c = third
      ? cellRow(block + place, second == 0 ? 0 : second + place, length, 2)
      : f32x4.splat(0)
    const d = fourth
      ? cellRow(block + place, second == 0 ? 0 : second + place, length, 3)
      : f32x4.splat(0)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    const to = target + (<usize>column << 4)
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2))
    v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), 16)
    v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2), 32)
    v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3), 48)
  }
}

/** Attention of four columns, of the pair at this place and of the one up and to the left. */
// @ts-ignore: decorator
@inline
function cellRow(block: usize, second: usize, length: usize, step: usize): v128 {
  const place = step * length
  let sum = f32x4.add(v128.load(block + place), v128.load(block + place - length - 4))
  if (second != 0) {
    const other = f32x4.add(v128.load(second + place), v128.load(second + place - length - 4))
    sum = f32x4.add(sum, other)
  }
  return sum
}

/** Sums of background cells, weighed with the packed attention of the columns from `first` to `last`. */
function weigh(args: usize, scratch: usize, row: i32, keyRow: i32, first: i32, last: i32): void {
  const blocks = cellBlocks(args)
  const width = cellColumns(args)
  const runs = pointer(args, at.RUNS) + (<usize>(keyRow * (1 + 2 * at.MOST_RUNS)) << 2)
  const attention = packedAttention(args, scratch)
  const sums = attention + <usize>(PACKED >> 2) * packedBytes(args)
  let cells = pointer(args, at.CELLS) + (<usize>(keyRow * blocks * width) << 5)
  for (let block = 0; block < blocks; block++) {
    for (let run = 0; run < load<i32>(runs); run++) {
      const begin = word(runs, 1 + 2 * run)
      const count = word(runs, 2 + 2 * run) - begin
      const weights = cells + (<usize>begin << 5)
      for (let four = first; four < last; four += 4) {
        const packed = attention + <usize>((four - first) >> 2) * packedBytes(args)
        packed4x8(weights, scratch, 1, count, packed + (<usize>begin << 4), sums, 32)
        addCells(args, row, four, min(last, four + 4), block, sums)
      }
    }
    cells += <usize>width << 5
  }
}

/** Adds eight channels of one pixel of each of up to four cells to the output. */
function addCells(args: usize, row: i32, first: i32, last: i32, block: i32, sums: usize): void {
  const perPixel = cellBlocks(args) >> 2
  const channels = word(args, at.CHANNELS)
  const pixel = block / perPixel
  const channel = (block % perPixel) << 3
  const y = 2 * row - 1 + (pixel >> 1)
  if (y < 0 || y >= word(args, at.HEIGHT)) return
  const count = channels - channel
  const line = pointer(args, at.OUTPUT) + (<usize>(y * word(args, at.WIDTH) * channels) << 2)
  let from = sums
  for (let column = first; column < last; column++) {
    const x = 2 * column - 1 + (pixel & 1)
    if (x >= 0 && x < word(args, at.WIDTH)) {
      const target = line + (<usize>(x * channels + channel) << 2)
      storeLanes(target, f32x4.add(loadLanes(target, count), v128.load(from)), count)
      if (count > 4) {
        const sum = f32x4.add(loadLanes(target + 16, count - 4), v128.load(from, 16))
        storeLanes(target + 16, sum, count - 4)
      }
    }
    from += 32
  }
}
