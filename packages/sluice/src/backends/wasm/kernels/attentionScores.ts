// Contextual attention: scores without a matrix of all of them.
//
// A block is one row of queries with one row of keys. A pair of rows and the next pair, both one further
// down, are neighbours in every sum that scores are made of; so a chunk walks down the grid with a fixed
// distance between the two rows (around the end of the grid, where the fusion goes on at its top) and
// keeps three blocks of each stage:
//
//   pixels   inner products of pixels, by the tiles, four queries at a time
//   slants   their sums over three neighbours along the rows
//   scores   sums of three slants along the columns, over the key's norm: those of 3×3 patches
//   fused    sums of three scores in the order of rows, ends of rows going on at the next ones
//   logits   sums of three of those in the order of columns, times the softmax's scale
import * as at from '../abi/attentionArguments'
import { paddedColumns } from './attentionGrid'
import { madd } from './math'
import { pointer, word } from './record'
import { packed4x8 } from './tiles'

/** Zeros on both sides of every row in scratch. */
const MARGIN: usize = 32

/** Bytes from row to row in scratch. */
// @ts-ignore: decorator
@inline
export function rowBytes(args: usize): usize {
  return (<usize>paddedColumns(args) << 2) + 2 * MARGIN
}

// Scratch: a word of zero; rows of pixels (eight in turn), one of zeros, rows of scores (four in turn),
// one of logits; three blocks of slants; three of fused scores with a row of zeros before and behind;
// what the caller keeps.
const ROWS_AT: usize = 64
const ZEROS = 8
const SCORES = 9
const LOGITS = 13
const ROWS_OF_BLOCKS = 14

// @ts-ignore: decorator
@inline
function singleRow(args: usize, scratch: usize, row: i32): usize {
  return scratch + ROWS_AT + MARGIN + <usize>row * rowBytes(args)
}

// @ts-ignore: decorator
@inline
export function logitsRow(args: usize, scratch: usize): usize {
  return singleRow(args, scratch, LOGITS)
}

/** Behind the single rows: where a walk that keeps no blocks may put its own. */
export function behindRows(args: usize, scratch: usize): usize {
  return singleRow(args, scratch, ROWS_OF_BLOCKS) - MARGIN
}

/** First row of a block of slants. */
// @ts-ignore: decorator
@inline
function slantBlock(args: usize, scratch: usize, slot: i32): usize {
  return singleRow(args, scratch, ROWS_OF_BLOCKS + slot * word(args, at.COLUMNS))
}

/** First row of a block of fused scores; zeros lie before it. */
// @ts-ignore: decorator
@inline
function fusedBlock(args: usize, scratch: usize, slot: i32): usize {
  const columns = word(args, at.COLUMNS)
  return singleRow(args, scratch, ROWS_OF_BLOCKS + 3 * columns + slot * (columns + 2) + 1)
}

/** Where the caller's part of scratch begins. */
export function behindScores(args: usize, scratch: usize): usize {
  const columns = word(args, at.COLUMNS)
  return singleRow(args, scratch, ROWS_OF_BLOCKS + 3 * columns + 3 * (columns + 2)) - MARGIN
}

/** How far logits lag behind the slants that `advance` computes. */
// @ts-ignore: decorator
@inline
export function lagOf(args: usize): i32 {
  return word(args, at.FUSE) != 0 ? 2 : 1
}

/** Around the end of the grid, at most once. */
// @ts-ignore: decorator
@inline
function wrap(row: i32, rows: i32): i32 {
  return (row + 2 * rows) % rows
}

/** Which of three blocks in turn. */
// @ts-ignore: decorator
@inline
function slotOf(step: i32): i32 {
  return (step + 6) % 3
}

/**
 * Goes one step down: slants of the rows at `step`, fused scores of those before. Steps begin at
 * `begin`, which lies `lagOf` before the first row whose logits are wanted.
 */
export function advance(
  args: usize,
  scratch: usize,
  distance: i32,
  step: i32,
  begin: i32,
): void {
  const rows = word(args, at.ROWS)
  const row = wrap(step, rows)
  const fuse = word(args, at.FUSE) != 0
  if (fuse || row == step) {
    const block = slantBlock(args, scratch, slotOf(step))
    slants(args, scratch, row, (row + distance) % rows, block, rowBytes(args))
  }
  if (fuse && step > begin + 1) fuseRows(args, scratch, distance, step - 1)
}

/** Inner products of one row of queries with one row of keys, summed along the rows. */
export function slants(
  args: usize,
  scratch: usize,
  row: i32,
  keyRow: i32,
  block: usize,
  blockLength: usize,
): void {
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  const channels = word(args, at.CHANNELS)
  const length = rowBytes(args)
  const fours = (columns + 3) >> 2
  const keys = pointer(args, at.KEYS_8) + (<usize>(keyRow * padded * channels) << 2)
  let queries = pointer(args, at.QUERIES_4) + (<usize>(row * fours * channels) << 4)
  const pixels = singleRow(args, scratch, 0)
  const zeros = singleRow(args, scratch, ZEROS)
  for (let first = 0; first < fours << 2; first += 4) {
    let packed = keys
    const products = pixels + <usize>(first & 7) * length
    for (let column = 0; column < padded; column += 8) {
      packed4x8(packed, scratch, 1, channels, queries, products + (<usize>column << 2), length)
      packed += <usize>channels << 5
    }
    queries += <usize>channels << 4
    const last = first + 4 >= columns ? columns : first + 3
    for (let query = max(0, first - 1); query < last; query++) {
      const before = query == 0 ? zeros : pixels + <usize>((query - 1) & 7) * length
      const behind = query + 1 == columns ? zeros : pixels + <usize>((query + 1) & 7) * length
      const own = pixels + <usize>(query & 7) * length
      const target = block + <usize>query * blockLength
      for (let offset: usize = 0; offset < <usize>padded << 2; offset += 16) {
        const sides = f32x4.add(v128.load(before + offset - 4), v128.load(behind + offset + 4))
        v128.store(target + offset, f32x4.add(sides, v128.load(own + offset)))
      }
    }
  }
}

/** Scores of one query with one row of keys, from three blocks of slants. */
function scoreRow(
  args: usize,
  scratch: usize,
  distance: i32,
  step: i32,
  query: i32,
  target: usize,
): void {
  const rows = word(args, at.ROWS)
  const row = wrap(step, rows)
  const keyRow = (row + distance) % rows
  const padded = paddedColumns(args)
  const along = <usize>query * rowBytes(args)
  const zeros = singleRow(args, scratch, ZEROS)
  const own = slantBlock(args, scratch, slotOf(step)) + along
  const above =
    row == 0 || keyRow == 0 ? zeros : slantBlock(args, scratch, slotOf(step - 1)) + along
  const below =
    row + 1 == rows || keyRow + 1 == rows
      ? zeros
      : slantBlock(args, scratch, slotOf(step + 1)) + along
  const norms = pointer(args, at.INVERSE_NORMS) + (<usize>(keyRow * padded) << 2)
  for (let offset: usize = 0; offset < <usize>padded << 2; offset += 16) {
    const sides = f32x4.add(v128.load(above + offset), v128.load(below + offset))
    const sum = f32x4.add(sides, v128.load(own + offset))
    v128.store(target + offset, f32x4.mul(sum, v128.load(norms + offset)))
  }
}

/** One float of a table of scores at the ends of rows; 0 where there is no such row. */
function endScore(args: usize, table: usize, outer: i32, inner: i32, column: i32): f32 {
  const rows = word(args, at.ROWS)
  if (outer < 0 || outer >= rows || inner < 0 || inner >= rows) return 0
  const place = (outer * rows + inner) * paddedColumns(args) + column
  return load<f32>(table + (<usize>place << 2))
}

/** The row of scores before the first query of a row, or behind the last one. */
function endRow(args: usize, table: usize, row: i32, keyRow: i32, target: usize): void {
  const rows = word(args, at.ROWS)
  const padded = paddedColumns(args)
  if (row < 0 || row >= rows) {
    memory.fill(target, 0, <usize>padded << 2)
    return
  }
  const source = table + (<usize>((row * rows + keyRow) * padded) << 2)
  memory.copy(target, source, <usize>padded << 2)
}

/** Scores fused in the order of rows: sums of three along the diagonal of the matrix. */
function fuseRows(args: usize, scratch: usize, distance: i32, step: i32): void {
  const rows = word(args, at.ROWS)
  const row = wrap(step, rows)
  const keyRow = (row + distance) % rows
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  const length = rowBytes(args)
  const end = <usize>columns << 2
  const block = fusedBlock(args, scratch, slotOf(step))
  const lastQueries = pointer(args, at.LAST_QUERIES)
  const firstQueries = pointer(args, at.FIRST_QUERIES)
  for (let query = -1; query <= columns; query++) {
    const target = singleRow(args, scratch, SCORES + ((query + 4) & 3))
    if (query < 0) {
      endRow(args, lastQueries, row - 1, keyRow, target)
      store<f32>(target - 4, endScore(args, lastQueries, row - 1, keyRow - 1, columns - 1))
    } else if (query == columns) {
      endRow(args, firstQueries, row + 1, keyRow, target)
      store<f32>(target + end, endScore(args, firstQueries, row + 1, keyRow + 1, 0))
    } else {
      scoreRow(args, scratch, distance, step, query, target)
      store<f32>(target - 4, endScore(args, pointer(args, at.LAST_KEYS), keyRow - 1, row, query))
      store<f32>(target + end, endScore(args, pointer(args, at.FIRST_KEYS), keyRow + 1, row, query))
    }
    if (query < 1) continue
    const before = singleRow(args, scratch, SCORES + ((query + 2) & 3))
    const own = singleRow(args, scratch, SCORES + ((query + 3) & 3))
    const fused = block + <usize>(query - 1) * length
    for (let offset: usize = 0; offset < <usize>padded << 2; offset += 16) {
      const sides = f32x4.add(v128.load(before + offset - 4), v128.load(target + offset + 4))
      v128.store(fused + offset, f32x4.add(sides, v128.load(own + offset)))
    }
    for (let column = columns; column < padded; column++) {
      store<f32>(fused + (<usize>column << 2), 0)
    }
  }
}

/**
 * Logits of one query with the row of keys at `step`, into the row of logits: scores times `SCALES` plus
 * `bias`. Returns the largest of each lane.
 */
export function logits(
  args: usize,
  scratch: usize,
  distance: i32,
  step: i32,
  query: i32,
  bias: usize,
): v128 {
  const rows = word(args, at.ROWS)
  const row = wrap(step, rows)
  const keyRow = (row + distance) % rows
  const padded = paddedColumns(args)
  const target = logitsRow(args, scratch)
  const begin = <usize>(keyRow * padded) << 2
  const scales = pointer(args, at.SCALES) + begin
  const biases = bias + begin
  let largest = f32x4.splat(-3e38)
  if (word(args, at.FUSE) == 0) {
    scoreRow(args, scratch, distance, step, query, target)
    for (let offset: usize = 0; offset < <usize>padded << 2; offset += 16) {
      const scaled = f32x4.mul(v128.load(target + offset), v128.load(scales + offset))
      const logit = f32x4.add(scaled, v128.load(biases + offset))
      v128.store(target + offset, logit)
      largest = f32x4.pmax(largest, logit)
    }
    return largest
  }
  const length = rowBytes(args)
  const along = <usize>query * length
  // Before the first of a column comes the last of the column before.
  const queryBefore: usize = row == 0 ? length : 0
  const keyBefore: usize = keyRow == 0 ? 4 : 0
  const queryBehind: usize = row + 1 == rows ? length : 0
  const keyBehind: usize = keyRow + 1 == rows ? 4 : 0
  const own = fusedBlock(args, scratch, slotOf(step)) + along
  const before = fusedBlock(args, scratch, slotOf(step - 1)) + along - queryBefore - keyBefore
  const behind = fusedBlock(args, scratch, slotOf(step + 1)) + along + queryBehind + keyBehind
  for (let offset: usize = 0; offset < <usize>padded << 2; offset += 16) {
    const sides = f32x4.add(v128.load(before + offset), v128.load(behind + offset))
    const sum = f32x4.add(sides, v128.load(own + offset))
    const logit = madd(sum, v128.load(scales + offset), v128.load(biases + offset))
    v128.store(target + offset, logit)
    largest = f32x4.pmax(largest, logit)
  }
  return largest
}
