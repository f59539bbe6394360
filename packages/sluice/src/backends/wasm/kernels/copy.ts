// Moving data without changing it.
import { pointer, word } from './record'

/**
 * Copies `runs` runs of floats between two strided places: concatenation, slices and their
 * gradients. Arguments: 0 source, 1 target, 2 runs, 3 floats of a run, 4 source step, 5 target step
 * (floats), 6 runs of one chunk.
 */
export function copyBlocks(args: usize, chunk: i32): void {
  const first = chunk * word(args, 6)
  const last = min(word(args, 2), first + word(args, 6))
  const bytes = <usize>word(args, 3) << 2
  for (let run = first; run < last; run++) {
    memory.copy(
      pointer(args, 1) + (<usize>(run * word(args, 5)) << 2),
      pointer(args, 0) + (<usize>(run * word(args, 4)) << 2),
      bytes,
    )
  }
}

/** Arguments: 0 target, 1 floats, 2 floats of one chunk. */
export function fillZero(args: usize, chunk: i32): void {
  const first = chunk * word(args, 2)
  const count = min(word(args, 1) - first, word(args, 2))
  memory.fill(pointer(args, 0) + (<usize>first << 2), 0, <usize>count << 2)
}

/**
 * [N][pixels][channels] → [N][channels][pixels]. Arguments: 0 x, 1 y, 2 pixels, 3 channels, 4 pixels of
 * one chunk, 5 chunks of one sample.
 */
export function toRowMajor(args: usize, chunk: i32): void {
  const first = (chunk % word(args, 5)) * word(args, 4)
  const last = min(word(args, 2), first + word(args, 4))
  transpose(args, chunk / word(args, 5), word(args, 2), word(args, 3), first, last, 0, word(args, 3))
}

/** [N][channels][pixels] → [N][pixels][channels]. Arguments as those of `toRowMajor`. */
export function toChannelsLast(args: usize, chunk: i32): void {
  const first = (chunk % word(args, 5)) * word(args, 4)
  const last = min(word(args, 2), first + word(args, 4))
  transpose(args, chunk / word(args, 5), word(args, 3), word(args, 2), 0, word(args, 3), first, last)
}

/**
 * Transposes a part of one matrix of `rows` × `columns`: squares of 16 stay in the cache, of 4 in
 * registers.
 */
function transpose(
  args: usize,
  sample: i32,
  rows: i32,
  columns: i32,
  firstRow: i32,
  lastRow: i32,
  firstColumn: i32,
  lastColumn: i32,
): void {
  const offset = <usize>sample * <usize>rows * <usize>columns
  const source = pointer(args, 0) + (offset << 2)
  const target = pointer(args, 1) + (offset << 2)
  for (let row0 = firstRow; row0 < lastRow; row0 += 16) {
    const rowEnd = min(lastRow, row0 + 16)
    for (let column0 = firstColumn; column0 < lastColumn; column0 += 16) {
      const columnEnd = min(lastColumn, column0 + 16)
      for (let row = row0; row < rowEnd; row += 4) {
        for (let column = column0; column < columnEnd; column += 4) {
          const from = source + (<usize>(row * columns + column) << 2)
          const to = target + (<usize>(column * rows + row) << 2)
          if (row + 4 <= rowEnd && column + 4 <= columnEnd) {
            transpose4(from, <usize>columns << 2, to, <usize>rows << 2)
          } else {
            transposeRest(from, columns, to, rows, min(4, rowEnd - row), min(4, columnEnd - column))
          }
        }
      }
    }
  }
}

/** Four vectors at a step, turned to four vectors at another. */
// @ts-ignore: decorator
@inline
export function transpose4(source: usize, sourceStep: usize, target: usize, step: usize): void {
  const a = v128.load(source)
  const b = v128.load(source + sourceStep)
  const c = v128.load(source + 2 * sourceStep)
  const d = v128.load(source + 3 * sourceStep)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(target, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(target + step, v128.shuffle<f64>(ab, cd, 1, 3))
  v128.store(target + 2 * step, v128.shuffle<f64>(ab2, cd2, 0, 2))
  v128.store(target + 3 * step, v128.shuffle<f64>(ab2, cd2, 1, 3))
}

function transposeRest(
  source: usize,
  sourceStep: i32,
  target: usize,
  step: i32,
  rows: i32,
  columns: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = load<f32>(source + (<usize>(row * sourceStep + column) << 2))
      store<f32>(target + (<usize>(column * step + row) << 2), value)
    }
  }
}
