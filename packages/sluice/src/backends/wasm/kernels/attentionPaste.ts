// Contextual attention: what is pasted. Patches of 4×4 pixels two apart overlap so that each cell of
// 2×2 pixels is covered by four of them, one of each query around it, and takes from each the cell of the
// key that lies the same way. So attention is summed first, over the four pairs of queries and keys,
// and cells of the background are then weighed with it: a quarter of the products.
//
// A chunk is a part of the rows of cells, and with them of the rows of the output.
import * as at from '../abi/attentionArguments'
import { cellBlocks, cellColumns, cellsAt, paddedColumns } from './attentionGrid'
import { advance, behindScores, lagOf, logits, logitsRow, rowBytes } from './attentionScores'
import { loadLanes, storeLanes } from './lanes'
import { exp4 } from './math'
import { pointer, word } from './record'
import { packed4x8 } from './tiles'

/** Exponentials this far below a query's largest are nothing: no float32 sum would notice them. */
const NOTHING: f32 = -50

/** Columns of cells whose attention is packed at a time. */
const PACKED = 16

// Scratch: a walk of the scores, with two blocks of attention, for each of the distances that are pasted
// together; what is pasted into one row of cells; packed attention; the sums of a tile.

/** Of one walk. */
// @ts-ignore: decorator
@inline
function walkBytes(args: usize): usize {
  return behindScores(args, 0) + <usize>(2 * (word(args, at.COLUMNS) + 2)) * rowBytes(args)
}

/** First row of one of the two blocks of attention of a walk; zeros lie before it. */
// @ts-ignore: decorator
@inline
function attentionBlock(args: usize, walk: usize, row: i32): usize {
  const rows = (row & 1) * (word(args, at.COLUMNS) + 2) + 1
  return behindScores(args, walk) + 32 + <usize>rows * rowBytes(args)
}

/** How many entries there are, then of each: the row of cells, one or two blocks of attention. */
// @ts-ignore: decorator
@inline
function entriesAt(args: usize, scratch: usize): usize {
  return scratch + <usize>word(args, at.TOGETHER) * walkBytes(args)
}

/** Bytes of the entries, and behind them of the ranges of cells in them. */
const ENTRIES: usize = 256
const RANGES: usize = 1024

// @ts-ignore: decorator
@inline
function packedAttention(args: usize, scratch: usize): usize {
  return entriesAt(args, scratch) + ENTRIES + RANGES
}

/** Bytes of packed attention of four columns of cells: entry after entry, and what the last one spills. */
// @ts-ignore: decorator
@inline
function packedBytes(args: usize): usize {
  return (<usize>((word(args, at.TOGETHER) + 1) * cellColumns(args)) << 4) + 64
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
  const together = word(args, at.TOGETHER)
  for (let distance = 0; distance < rows; distance += together) {
    const walks = min(together, rows - distance)
    for (let step = firstRow - lag; step < lastRow + lag; step++) {
      const row = step - lag
      for (let walk = 0; walk < walks; walk++) {
        const own = scratch + <usize>walk * walkBytes(args)
        advance(args, own, distance + walk, step, firstRow - lag)
        if (row >= firstRow) attend(args, own, distance + walk, row)
      }
      if (row >= first) paste(args, scratch, distance, walks, row, row > firstRow)
    }
    if (last == rows + 1) paste(args, scratch, distance, walks, rows, true)
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

/** Notes that a row of cells is pasted with one or two blocks of attention. */
function addEntry(entries: usize, cells: i32, block: usize, second: usize): void {
  const count = load<i32>(entries)
  const entry = entries + 4 + <usize>count * 12
  store<i32>(entries, count + 1)
  store<i32>(entry, cells)
  store<u32>(entry, <u32>block, 4)
  store<u32>(entry, <u32>second, 8)
}

/**
 * One row of cells, between `row` of the queries and the one before, if there are such: what it takes
 * from the rows of cells that lie `walks` distances away.
 */
function paste(
  args: usize,
  scratch: usize,
  distance: i32,
  walks: i32,
  row: i32,
  hasAbove: bool,
): void {
  const rows = word(args, at.ROWS)
  const entries = entriesAt(args, scratch)
  store<i32>(entries, 0)
  for (let walk = 0; walk < walks; walk++) {
    const from = scratch + <usize>walk * walkBytes(args)
    const cells = (row + distance + walk) % rows
    const own = attentionBlock(args, from, row)
    const above = attentionBlock(args, from, row - 1)
    if (row == rows) {
      addEntry(entries, cells == 0 ? rows : cells, above, 0)
    } else if (!hasAbove) {
      addEntry(entries, cells, own, 0)
    } else if (cells > 0) {
      addEntry(entries, cells, own, above)
    } else {
      // The keys went around the end of the grid: the patch above lies at its bottom.
      addEntry(entries, rows, above, 0)
      addEntry(entries, 0, own, 0)
    }
  }
  if (findRanges(args, entries) == 0) return
  const width = cellColumns(args)
  for (let first = 0; first < width; first += PACKED) {
    const last = min(width, first + PACKED)
    for (let four = first; four < last; four += 4) {
      const packed = <usize>((four - first) >> 2) * packedBytes(args)
      packFour(args, entries, four, packedAttention(args, scratch) + packed)
    }
    weigh(args, scratch, row, first, last)
  }
}

/**
 * Ranges of usable cells, which go on from entry to entry where rows of cells follow one another. Behind
 * the entries: their number, then of each its first cell, its place in packed attention, its length.
 */
function findRanges(args: usize, entries: usize): i32 {
  const width = cellColumns(args)
  const ranges = entries + ENTRIES
  let count = 0
  for (let index = 0; index < load<i32>(entries); index++) {
    const row = load<i32>(entries + 4 + <usize>index * 12)
    const runs = pointer(args, at.RUNS) + (<usize>(row * (1 + 2 * at.MOST_RUNS)) << 2)
    for (let run = 0; run < load<i32>(runs); run++) {
      const begin = word(runs, 1 + 2 * run)
      const length = word(runs, 2 + 2 * run) - begin
      const cell = row * width + begin
      const place = index * width + begin
      const before = ranges + 4 + <usize>(count - 1) * 12
      const goesOn =
        count > 0 &&
        load<i32>(before) + load<i32>(before, 8) == cell &&
        load<i32>(before, 4) + load<i32>(before, 8) == place
      if (goesOn) {
        store<i32>(before, load<i32>(before, 8) + length, 8)
        continue
      }
      store<i32>(before + 12, cell)
      store<i32>(before + 12, place, 4)
      store<i32>(before + 12, length, 8)
      count++
    }
  }
  store<i32>(ranges, count)
  return count
}

/** `[entry][key column][4]` for four columns of cells. What an entry spills, the next one overwrites. */
function packFour(args: usize, entries: usize, first: i32, target: usize): void {
  const width = cellColumns(args)
  const length = rowBytes(args)
  const along = <usize>first * length
  for (let index = 0; index < load<i32>(entries); index++) {
    const entry = entries + 4 + <usize>index * 12
    const block = <usize>load<u32>(entry, 4) + along
    const second = load<u32>(entry, 8) == 0 ? 0 : <usize>load<u32>(entry, 8) + along
    let to = target + (<usize>(index * width) << 4)
    for (let column = 0; column < width; column += 4) {
      const place = block + (<usize>column << 2)
      const other = second == 0 ? 0 : second + (<usize>column << 2)
      const a = cellRow(place, other, length, 0)
      const b = first + 1 < width ? cellRow(place, other, length, 1) : f32x4.splat(0)
      const c = first + 2 < width ? cellRow(place, other, length, 2) : f32x4.splat(0)
      const d = first + 3 < width ? cellRow(place, other, length, 3) : f32x4.splat(0)
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
      const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
      const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2))
      v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), 16)
      v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2), 32)
      v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3), 48)
      to += 64
    }
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

/** Adds the background's cells, weighed with packed attention, to the cells from `first` to `last`. */
function weigh(args: usize, scratch: usize, row: i32, first: i32, last: i32): void {
  const blocks = cellBlocks(args)
  const channels = word(args, at.CHANNELS)
  const width = word(args, at.WIDTH)
  const ranges = entriesAt(args, scratch) + ENTRIES
  const attention = packedAttention(args, scratch)
  const bytes = packedBytes(args)
  const sums = attention + <usize>(PACKED >> 2) * bytes
  for (let block = 0; block < blocks; block++) {
    const pixel = block / (blocks >> 2)
    const channel = (block % (blocks >> 2)) << 3
    const y = 2 * row - 1 + (pixel >> 1)
    if (y < 0 || y >= word(args, at.HEIGHT)) continue
    const cells = cellsAt(args, pointer(args, at.CELLS), block, 0)
    const line = pointer(args, at.OUTPUT) + (<usize>(y * width * channels + channel) << 2)
    for (let range = 0; range < load<i32>(ranges); range++) {
      const at = ranges + 4 + <usize>range * 12
      const weights = cells + (<usize>load<i32>(at) << 5)
      const place = <usize>load<i32>(at, 4) << 4
      const length = load<i32>(at, 8)
      for (let four = first; four < last; four += 4) {
        const packed = attention + <usize>((four - first) >> 2) * bytes + place
        packed4x8(weights, scratch, 1, length, packed, sums, 32)
        addSums(line, 2 * four - 1 + (pixel & 1), width, channels, channels - channel, sums)
      }
    }
  }
}

/** Adds eight channels (or `count`) of four pixels two apart, as far as they lie in the row. */
function addSums(line: usize, x: i32, width: i32, channels: i32, count: i32, sums: usize): void {
  let from = sums
  for (let pixel = 0; pixel < 4; pixel++) {
    if (x >= 0 && x < width) {
      const target = line + (<usize>(x * channels) << 2)
      if (count >= 8) {
        v128.store(target, f32x4.add(v128.load(target), v128.load(from)))
        v128.store(target, f32x4.add(v128.load(target, 16), v128.load(from, 16)), 16)
      } else {
        storeLanes(target, f32x4.add(loadLanes(target, count), v128.load(from)), count)
        if (count > 4) {
          const sum = f32x4.add(loadLanes(target + 16, count - 4), v128.load(from, 16))
          storeLanes(target + 16, sum, count - 4)
        }
      }
    }
    x += 2
    from += 32
  }
}
