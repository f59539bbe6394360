// The weight gradient of a linear layer and the update by it in one pass: dw = dyᵀ · x, then the optimizer's
// step. A long layer's gradient is as large as its weights, and many times as large as what it is made of;
// here four rows of it exist for some features at a time, in scratch, and never in memory.
//
// Arguments: 0 x [N, F], 1 dy [N, O], 2 N, 3 F (a multiple of four), 4 O, 5 features of one chunk, and from 6
// on those of `sgdUpdate` or `adamwUpdate`, whose own gradient is not read. A chunk is all rows of some features.
import { combine4x8 } from './linear'
import { adamwSpan, sgdSpan } from './optimizer'
import { pointer, word } from './record'

const UPDATE: usize = 6 * 4
/** Features of which a gradient is made at once. */
const SPAN = 1024
const SPAN_BYTES: usize = SPAN * 4

export function linearSgd(args: usize, chunk: i32, scratch: usize): void {
  updateRows(args, chunk, scratch, false)
}

export function linearAdamw(args: usize, chunk: i32, scratch: usize): void {
  updateRows(args, chunk, scratch, true)
}

// @ts-ignore: decorator
@inline
function updateRows(args: usize, chunk: i32, scratch: usize, adamw: bool): void {
  const features = word(args, 3)
  const outputs = word(args, 4)
  const first = chunk * word(args, 5)
  const last = min(features, first + word(args, 5))
  for (let row = 0; row < outputs; row += 4) {
    const rows = min(4, outputs - row)
    for (let from = first; from < last; from += SPAN) {
      const count = min(SPAN, last - from)
      makeGradients(args, row, from, count, scratch)
      for (let i = 0; i < rows; i++) {
        const place = (row + i) * features + from
        const gradients = scratch + <usize>i * SPAN_BYTES
        if (adamw) adamwSpan(args + UPDATE, place, gradients, count)
        else sgdSpan(args + UPDATE, place, gradients, count)
      }
    }
  }
}

/** Gradients of four rows of weights, as far as there are so many, to scratch. */
function makeGradients(args: usize, row: i32, from: i32, count: i32, scratch: usize): void {
  const outputs = word(args, 4)
  const rowBytes = <usize>word(args, 3) << 2
  const source = pointer(args, 0)
  const end = source + <usize>word(args, 2) * rowBytes
  const factors = pointer(args, 1) + (<usize>row << 2)
  for (let f = 0; f < count; f += 8) {
    combine4x8(
      source + (<usize>(from + f) << 2),
      end,
      rowBytes,
      factors,
      4,
      <usize>outputs << 2,
      scratch + (<usize>f << 2),
      SPAN_BYTES,
      outputs - row,
      count - f,
    )
  }
}
