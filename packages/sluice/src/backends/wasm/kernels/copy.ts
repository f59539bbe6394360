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

/** [N][pixels][channels] → [N][channels][pixels]. 0 x, 1 y, 2 pixels, 3 channels; a chunk is one n. */
export function toRowMajor(args: usize, chunk: i32): void {
  transpose(args, chunk, word(args, 2), word(args, 3))
}

/** [N][channels][pixels] → [N][pixels][channels]. 0 x, 1 y, 2 pixels, 3 channels; a chunk is one n. */
export function toChannelsLast(args: usize, chunk: i32): void {
  transpose(args, chunk, word(args, 3), word(args, 2))
}

/** Transposes one matrix of `rows` × `columns`, in squares of 16 that stay in the cache. */
function transpose(args: usize, chunk: i32, rows: i32, columns: i32): void {
  const offset = <usize>chunk * <usize>rows * <usize>columns
  const source = pointer(args, 0) + (offset << 2)
  const target = pointer(args, 1) + (offset << 2)
  for (let row0 = 0; row0 < rows; row0 += 16) {
    const rowEnd = min(rows, row0 + 16)
    for (let column0 = 0; column0 < columns; column0 += 16) {
      const columnEnd = min(columns, column0 + 16)
      for (let row = row0; row < rowEnd; row++) {
        for (let column = column0; column < columnEnd; column++) {
          const value = load<f32>(source + (<usize>(row * columns + column) << 2))
          store<f32>(target + (<usize>(column * rows + row) << 2), value)
        }
      }
    }
  }
}
