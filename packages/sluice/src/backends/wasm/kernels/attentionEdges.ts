// Contextual attention: where a row of the grid ends, the fusion goes on at the start of the next row. So
// the scores of each row's last and first pixel with all others are computed ahead, from both sides.
import * as at from '../abi/attentionArguments'
import { paddedColumns } from './attentionGrid'
import { pointer, word } from './record'
import { packed4x8 } from './tiles'

/** Rows of one chunk; two more are computed around them. */
const CHUNK_ROWS = 8

/**
 * Scores of the queries at the ends of rows with all keys, `[row][key row][column]`. Arguments: the
 * shared ones.
 */
export function attentionQueryEdges(args: usize, chunk: i32, scratch: usize): void {
  edges(args, chunk, scratch, pointer(args, at.QUERY_EDGES), pointer(args, at.KEYS_8), true)
}

/** Scores of all queries with the keys at the ends of rows, `[key row][row][column]`. */
export function attentionKeyEdges(args: usize, chunk: i32, scratch: usize): void {
  edges(args, chunk, scratch, pointer(args, at.KEY_EDGES), pointer(args, at.QUERIES_8), false)
}

function edges(
  args: usize,
  chunk: i32,
  scratch: usize,
  panels: usize,
  packed: usize,
  ofQueries: bool,
): void {
  const rows = word(args, at.ROWS)
  const plane = <usize>(rows * paddedColumns(args)) << 2
  memory.fill(scratch, 0, 6 * plane + (<usize>(4 * (paddedColumns(args) + 16)) << 2) + 64)
  const first = chunk * CHUNK_ROWS
  const last = min(rows, first + CHUNK_ROWS)
  for (let row = first - 1; row <= last; row++) {
    const slot = scratch + 2 * plane * <usize>((row + 3) % 3)
    if (row < 0 || row >= rows) memory.fill(slot, 0, 2 * plane)
    else diagonals(args, row, panels, packed, slot, scratch + 6 * plane)
    if (row <= first) continue
    const above = scratch + 2 * plane * <usize>((row + 1) % 3)
    const own = scratch + 2 * plane * <usize>((row + 2) % 3)
    const target = <usize>(row - 1) * plane
    const lasts = pointer(args, ofQueries ? at.LAST_QUERIES : at.LAST_KEYS) + target
    const firsts = pointer(args, ofQueries ? at.FIRST_QUERIES : at.FIRST_KEYS) + target
    const ends = word(args, at.COLUMNS) - 1
    finish(args, row - 1, above, own, slot, lasts, ofQueries ? -1 : ends)
    finish(args, row - 1, above + plane, own + plane, slot + plane, firsts, ofQueries ? -1 : 0)
  }
}

/**
 * Inner products of a row's end pixels with all pixels of the other side, summed along the row:
 * a plane of those of the last pixel, then one of those of the first.
 */
function diagonals(
  args: usize,
  row: i32,
  panels: usize,
  packed: usize,
  target: usize,
  scratch: usize,
): void {
  const rows = word(args, at.ROWS)
  const channels = word(args, at.CHANNELS)
  const padded = paddedColumns(args)
  const plane = <usize>(rows * padded) << 2
  const panel = panels + (<usize>(row * channels * 4) << 2)
  const zero = scratch
  const length = <usize>(padded + 16) << 2
  const products = scratch + 64 + 32
  let pixels = packed
  for (let other = 0; other < rows; other++) {
    for (let column = 0; column < padded; column += 8) {
      packed4x8(pixels, zero, 1, channels, panel, products + (<usize>column << 2), length)
      pixels += <usize>channels << 5
    }
    const to = target + (<usize>(other * padded) << 2)
    for (let column = 0; column < padded; column += 4) {
      const place = products + (<usize>column << 2)
      const lasts = f32x4.add(v128.load(place - 4), v128.load(place + length))
      const firsts = f32x4.add(v128.load(place + 2 * length), v128.load(place + 3 * length + 4))
      v128.store(to + (<usize>column << 2), lasts)
      v128.store(to + plane + (<usize>column << 2), firsts)
    }
  }
}

/** Adds three rows of the other side along the diagonal and divides by the keys' norms. */
function finish(
  args: usize,
  row: i32,
  above: usize,
  own: usize,
  below: usize,
  target: usize,
  keyColumn: i32,
): void {
  const rows = word(args, at.ROWS)
  const padded = paddedColumns(args)
  const step = <usize>padded << 2
  const norms = pointer(args, at.INVERSE_NORMS)
  for (let other = 0; other < rows; other++) {
    const begin = <usize>other * step
    for (let offset: usize = 0; offset < step; offset += 16) {
      const place = begin + offset
      let sum = v128.load(own + place)
      if (other > 0) sum = f32x4.add(sum, v128.load(above + place - step))
      if (other + 1 < rows) sum = f32x4.add(sum, v128.load(below + place + step))
      const norm =
        keyColumn < 0
          ? v128.load(norms + place)
          : v128.load32_splat(norms + (<usize>(row * padded + keyColumn) << 2))
      v128.store(target + place, f32x4.mul(sum, norm))
    }
  }
}
