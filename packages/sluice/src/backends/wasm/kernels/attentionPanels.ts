// The gradient of contextual attention, stage by stage: a panel has one row of queries and all keys.
// Each stage keeps the six panels that were wanted last and computes others again when they are asked
// for, so that one row of the grid pulls through all stages what it needs, around the grid's end too.
//
// The fusion and the sums over patches are symmetric: their gradients are themselves, in turned order.
import * as at from '../abi/attentionArguments'
import { cellBlocks, cellColumns, paddedColumns } from './attentionGrid'
import { behindRows, slants } from './attentionScores'
import { sumOfLanes } from './lanes'
import { exp4, madd } from './math'
import { pointer, word } from './record'
import { packed4x8 } from './tiles'

export const SLANTS = 0
export const SCORES = 1
export const FUSED = 2
export const ATTENTION = 3
/** Gradient of the attention between cells. */
export const CELL_SLOPES = 4
/** Gradients of the logits over the scale, of scores fused once, of inner products of patches. */
export const LOGIT_SLOPES = 5
export const FUSED_SLOPES = 6
export const PRODUCT_SLOPES = 7
const STAGES = 8
const KEPT = 6

/** Exponentials this far below a query's largest are nothing: no float32 sum would notice them. */
const NOTHING: f32 = -50

// @ts-ignore: decorator
@inline
function marginFloats(args: usize): i32 {
  return paddedColumns(args) + 8
}

/** Bytes from one query's keys to the next one's: zeros lie on both sides, a row of keys wide. */
// @ts-ignore: decorator
@inline
export function panelRowBytes(args: usize): usize {
  return <usize>(word(args, at.ROWS) * paddedColumns(args) + 2 * marginFloats(args)) << 2
}

/** Floats of all cells, up to a multiple of eight. */
// @ts-ignore: decorator
@inline
export function paddedCells(args: usize): i32 {
  return ((word(args, at.ROWS) + 1) * cellColumns(args) + 7) & ~7
}

/** Room for one panel of any stage: of queries with keys or of cells with cells, four at a time. */
function panelBytes(args: usize): usize {
  const fours = (word(args, at.COLUMNS) + 4) & ~3
  return <usize>fours * max<usize>(panelRowBytes(args), <usize>paddedCells(args) << 2)
}

// Scratch: the rows of the scores; of each panel which row it has and when it was wanted; a row of
// zeros; the panels; what the caller keeps.
function ledger(args: usize, scratch: usize): usize {
  return behindRows(args, scratch)
}

function zeroRow(args: usize, scratch: usize): usize {
  return ledger(args, scratch) + 8 * STAGES * KEPT + 64 + (<usize>marginFloats(args) << 2)
}

/** The row of zeros that stands for a query outside the grid. */
export function zerosOf(args: usize, scratch: usize): usize {
  return zeroRow(args, scratch)
}

function firstPanel(args: usize, scratch: usize): usize {
  return zeroRow(args, scratch) + panelRowBytes(args)
}

/** The first query's first key in one of the caller's panels. */
export function ownPanel(args: usize, scratch: usize, index: i32): usize {
  return firstPanel(args, scratch) + <usize>(STAGES * KEPT + index) * panelBytes(args)
}

/** Zeros everywhere, and no panel computed. `own` panels of the caller follow. */
export function openPanels(args: usize, scratch: usize, own: i32): void {
  memory.fill(scratch, 0, ownPanel(args, scratch, own) - scratch)
  for (let panel = 0; panel < STAGES * KEPT; panel++) {
    store<i32>(ledger(args, scratch) + (<usize>panel << 3), -1)
  }
}

/** The panel of a stage for one row of queries (or of cells), computed unless it is there. */
export function panelOf(args: usize, scratch: usize, stage: i32, row: i32): usize {
  const entries = ledger(args, scratch) + <usize>(stage * KEPT * 8)
  const clock = ledger(args, scratch) + 8 * STAGES * KEPT
  let oldest = 0
  for (let slot = 0; slot < KEPT; slot++) {
    const entry = entries + (<usize>slot << 3)
    if (load<i32>(entry) == row) {
      oldest = slot
      break
    }
    if (load<i32>(entry, 4) < load<i32>(entries + (<usize>oldest << 3), 4)) oldest = slot
  }
  const entry = entries + (<usize>oldest << 3)
  const panel = firstPanel(args, scratch) + <usize>(stage * KEPT + oldest) * panelBytes(args)
  store<i32>(clock, load<i32>(clock) + 1)
  store<i32>(entry, load<i32>(clock), 4)
  if (load<i32>(entry) != row) {
    store<i32>(entry, row)
    compute(args, scratch, stage, row, panel)
  }
  return panel
}

/** As `panelOf`; 0 for a row outside the grid. */
function panelInside(args: usize, scratch: usize, stage: i32, row: i32): usize {
  return row < 0 || row >= word(args, at.ROWS) ? 0 : panelOf(args, scratch, stage, row)
}

function compute(args: usize, scratch: usize, stage: i32, row: i32, panel: usize): void {
  const fuse = word(args, at.FUSE) != 0
  switch (stage) {
    case SLANTS: return slantPanel(args, scratch, row, panel)
    case SCORES: return scorePanel(args, scratch, row, panel)
    case FUSED: return alongRows(args, scratch, row, SCORES, panel)
    case ATTENTION:
      if (fuse) alongColumns(args, scratch, row, FUSED, panel)
      else copyPanel(args, panelOf(args, scratch, SCORES, row), panel)
      return softmax(args, panel)
    case CELL_SLOPES: return cellSlopes(args, scratch, row, panel)
    case LOGIT_SLOPES: return logitSlopes(args, scratch, row, panel)
    case FUSED_SLOPES: return alongColumns(args, scratch, row, LOGIT_SLOPES, panel)
    default:
      if (fuse) alongRows(args, scratch, row, FUSED_SLOPES, panel)
      else copyPanel(args, panelOf(args, scratch, LOGIT_SLOPES, row), panel)
      return productSlopes(args, panelOf(args, scratch, SCORES, row), panel)
  }
}

function copyPanel(args: usize, source: usize, target: usize): void {
  memory.copy(target, source, <usize>word(args, at.COLUMNS) * panelRowBytes(args))
}

function slantPanel(args: usize, scratch: usize, row: i32, panel: usize): void {
  const step = <usize>paddedColumns(args) << 2
  for (let keyRow = 0; keyRow < word(args, at.ROWS); keyRow++) {
    slants(args, scratch, row, keyRow, panel + <usize>keyRow * step, panelRowBytes(args))
    clearPadding(args, panel + <usize>keyRow * step)
  }
}

/** Columns behind the last one of a row of keys, for all queries. */
function clearPadding(args: usize, block: usize): void {
  const columns = word(args, at.COLUMNS)
  for (let query = 0; query < columns; query++) {
    const line = block + <usize>query * panelRowBytes(args)
    for (let column = columns; column < paddedColumns(args); column++) {
      store<f32>(line + (<usize>column << 2), 0)
    }
  }
}

/** Bytes of all keys of one query. */
// @ts-ignore: decorator
@inline
function keyBytes(args: usize): usize {
  return <usize>(word(args, at.ROWS) * paddedColumns(args)) << 2
}

/** Sums of three rows of queries along the diagonal, without going around; 0 panels are zeros. */
export function sumDown(
  args: usize,
  above: usize,
  own: usize,
  below: usize,
  target: usize,
): void {
  const step = <usize>paddedColumns(args) << 2
  for (let query = 0; query < word(args, at.COLUMNS); query++) {
    const line = <usize>query * panelRowBytes(args)
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const place = line + offset
      let sum = v128.load(own + place)
      if (above != 0) sum = f32x4.add(sum, v128.load(above + place - step))
      if (below != 0) sum = f32x4.add(sum, v128.load(below + place + step))
      v128.store(target + place, sum)
    }
  }
}

function scorePanel(args: usize, scratch: usize, row: i32, panel: usize): void {
  const above = panelInside(args, scratch, SLANTS, row - 1)
  const own = panelOf(args, scratch, SLANTS, row)
  const below = panelInside(args, scratch, SLANTS, row + 1)
  sumDown(args, above, own, below, panel)
  divideByNorms(args, panel)
}

function divideByNorms(args: usize, panel: usize): void {
  const norms = pointer(args, at.INVERSE_NORMS)
  for (let query = 0; query < word(args, at.COLUMNS); query++) {
    const line = panel + <usize>query * panelRowBytes(args)
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const place = line + offset
      v128.store(place, f32x4.mul(v128.load(place), v128.load(norms + offset)))
    }
  }
}

/** The fusion in the order of rows: ends of rows go on at the next ones. */
function alongRows(args: usize, scratch: usize, row: i32, stage: i32, target: usize): void {
  const columns = word(args, at.COLUMNS)
  const length = panelRowBytes(args)
  const zeros = zeroRow(args, scratch)
  const above = panelInside(args, scratch, stage, row - 1)
  const own = panelOf(args, scratch, stage, row)
  const below = panelInside(args, scratch, stage, row + 1)
  for (let query = 0; query < columns; query++) {
    const line = own + <usize>query * length
    let before = line - length
    if (query == 0) before = above == 0 ? zeros : above + <usize>(columns - 1) * length
    let behind = line + length
    if (query + 1 == columns) behind = below == 0 ? zeros : below
    const to = target + <usize>query * length
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const sides = f32x4.add(v128.load(before + offset - 4), v128.load(behind + offset + 4))
      v128.store(to + offset, f32x4.add(sides, v128.load(line + offset)))
    }
    if (columns < paddedColumns(args)) mendEnds(args, before, line, behind, to)
  }
}

/** Where padding stands between the rows of keys, their ends have other neighbours. */
function mendEnds(args: usize, before: usize, own: usize, behind: usize, target: usize): void {
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  const skip = <usize>(padded - columns + 1) << 2
  for (let keyRow = 0; keyRow < word(args, at.ROWS); keyRow++) {
    const first = <usize>(keyRow * padded) << 2
    const last = first + (<usize>(columns - 1) << 2)
    const next = first + (columns == 1 ? skip : 4)
    const sum = load<f32>(before + first - skip) + load<f32>(own + first)
    store<f32>(target + first, sum + load<f32>(behind + next))
    if (columns > 1) {
      const end = load<f32>(before + last - 4) + load<f32>(own + last)
      store<f32>(target + last, end + load<f32>(behind + last + skip))
    }
    for (let column = columns; column < padded; column++) {
      store<f32>(target + first + (<usize>column << 2), 0)
    }
  }
}

/** The fusion in the order of columns: ends of columns go on at the next ones. */
function alongColumns(args: usize, scratch: usize, row: i32, stage: i32, target: usize): void {
  const rows = word(args, at.ROWS)
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  const length = panelRowBytes(args)
  const step = <usize>padded << 2
  const zeros = zeroRow(args, scratch)
  const above = panelOf(args, scratch, stage, (row + rows - 1) % rows)
  const own = panelOf(args, scratch, stage, row)
  const below = panelOf(args, scratch, stage, (row + 1) % rows)
  const bottom = <usize>((rows - 1) * padded) << 2
  for (let query = 0; query < columns; query++) {
    const line = <usize>query * length
    let before = above + line
    if (row == 0) before = query == 0 ? zeros : before - length
    let behind = below + line
    if (row + 1 == rows) behind = query + 1 == columns ? zeros : behind + length
    const to = target + line
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const sides = f32x4.add(v128.load(before + offset - step), v128.load(behind + offset + step))
      v128.store(to + offset, f32x4.add(sides, v128.load(own + line + offset)))
    }
    for (let column = 1; column < columns; column++) {
      const here = <usize>column << 2
      store<f32>(to + here, load<f32>(to + here) + load<f32>(before + bottom + here - 4))
      const there = to + bottom + here - 4
      store<f32>(there, load<f32>(there) + load<f32>(behind + here))
    }
  }
}

/** Scores to attention, in place. */
function softmax(args: usize, panel: usize): void {
  const scales = pointer(args, at.SCALES)
  const biases = pointer(args, at.PADDING_OUT)
  for (let query = 0; query < word(args, at.COLUMNS); query++) {
    const line = panel + <usize>query * panelRowBytes(args)
    let most = f32x4.splat(-3e38)
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const scale = v128.load(scales + offset)
      const logit = madd(v128.load(line + offset), scale, v128.load(biases + offset))
      v128.store(line + offset, logit)
      most = f32x4.pmax(most, logit)
    }
    const left = max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1))
    const right = max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3))
    const largest = f32x4.splat(max(left, right))
    let sums = f32x4.splat(0)
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const logit = f32x4.sub(v128.load(line + offset), largest)
      const nothing = f32x4.lt(logit, f32x4.splat(NOTHING))
      const exponential = v128.andnot(exp4(logit), nothing)
      sums = f32x4.add(sums, exponential)
      const unusable = f32x4.eq(v128.load(scales + offset), f32x4.splat(0))
      v128.store(line + offset, v128.andnot(exponential, unusable))
    }
    const share = f32x4.splat(1 / sumOfLanes(sums))
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      v128.store(line + offset, f32x4.mul(v128.load(line + offset), share))
    }
  }
}

/** Inner products of one row of the gradient's cells with all cells of the background. */
function cellSlopes(args: usize, scratch: usize, row: i32, panel: usize): void {
  const width = cellColumns(args)
  const cells = paddedCells(args)
  const floats = cellBlocks(args) << 3
  const fours = (width + 3) >> 2
  for (let four = 0; four < fours; four++) {
    const gradient = pointer(args, at.GRADIENT_FOURS) + (<usize>((row * fours + four) * floats) << 4)
    const target = panel + (<usize>(four * 4 * cells) << 2)
    let background = pointer(args, at.CELLS_8)
    for (let cell = 0; cell < cells; cell += 8) {
      const to = target + (<usize>cell << 2)
      packed4x8(background, scratch, 1, floats, gradient, to, <usize>cells << 2)
      background += <usize>floats << 5
    }
  }
}

/** Through the softmax: attention · (its gradient − the mean of its gradient), times the scale. */
function logitSlopes(args: usize, scratch: usize, row: i32, panel: usize): void {
  const columns = word(args, at.COLUMNS)
  const width = cellColumns(args)
  const cellRow = <usize>paddedCells(args) << 2
  const step = <usize>paddedColumns(args) << 2
  const attention = panelOf(args, scratch, ATTENTION, row)
  const above = panelOf(args, scratch, CELL_SLOPES, row)
  const below = panelOf(args, scratch, CELL_SLOPES, row + 1)
  const scale = load<f32>(args + (<usize>at.SOFTMAX_SCALE << 2))
  for (let query = 0; query < columns; query++) {
    const line = <usize>query * panelRowBytes(args)
    const left = above + <usize>query * cellRow
    const leftBelow = below + <usize>query * cellRow
    let mean: f64 = 0
    for (let keyRow = 0; keyRow < word(args, at.ROWS); keyRow++) {
      const cells = <usize>(keyRow * width) << 2
      const next = cells + (<usize>width << 2)
      const keys = line + <usize>keyRow * step
      for (let column = 0; column < columns; column++) {
        const here = <usize>column << 2
        const upper = load<f32>(left + cells + here) + load<f32>(left + cellRow + cells + here, 4)
        const lower =
          load<f32>(leftBelow + next + here) + load<f32>(leftBelow + cellRow + next + here, 4)
        const slope: f32 = 0.25 * (upper + lower)
        store<f32>(panel + keys + here, slope)
        mean += <f64>slope * <f64>load<f32>(attention + keys + here)
      }
    }
    const middle = f32x4.splat(<f32>mean)
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const place = line + offset
      const apart = f32x4.sub(v128.load(panel + place), middle)
      const slope = f32x4.mul(v128.load(attention + place), apart)
      v128.store(panel + place, f32x4.mul(slope, f32x4.splat(scale)))
    }
  }
}

/**
 * From slopes of scores to those of inner products of patches, in place. On the way, what pulls at the
 * keys' norms is added up: each row of queries is computed once.
 */
function productSlopes(args: usize, scores: usize, panel: usize): void {
  const sums = pointer(args, at.NORM_SUMS)
  for (let query = 0; query < word(args, at.COLUMNS); query++) {
    const line = <usize>query * panelRowBytes(args)
    for (let offset: usize = 0; offset < keyBytes(args); offset += 16) {
      const place = line + offset
      const sum = madd(v128.load(panel + place), v128.load(scores + place), v128.load(sums + offset))
      v128.store(sums + offset, sum)
    }
  }
  divideByNorms(args, panel)
}
