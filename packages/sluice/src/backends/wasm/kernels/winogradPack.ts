// Weights in Winograd's domain: U = G·w·Gᵀ, along depth as well where depth is transformed, packed
// as winograd.ts reads them. Two columns at a time, in double precision.
import { pointer, word } from './record'
import { transformTaps } from './winogradTaps'
import { positionKind } from './winogradTiles'

/**
 * Scratch: taps of two columns, then lines, planes and all of the result, 16 bytes each. Most taps are 27 or, in a plane,
 * 25; most lines 9 of 6 or 5 of 8; most planes 3 of 36.
 */
const LINES: usize = 27 * 16
const PLANES: usize = LINES + 54 * 16
const WHOLE: usize = PLANES + 108 * 16

/** In the list of taps: none. */
const NO_TAP: u32 = 0xffffffff
/** Kernel taps that may share a place: behind an enlargement by 2, up to 2 × 2 see the same pixel. */
const SHARED: i32 = 4

/**
 * Arguments: 0 weight, 1 gate weight (0: none), 2 bias (0: none), 3 gate bias, 4 U, 5 packed biases,
 * 6 outputs of a group, 7 channels of a group, 8 taps of the whole kernel, 9 panels of a group,
 * 10 depth taps that are terms of the sum, 11 pointer to the indices of the taps that are added up at each place,
 * [part][view][depth tap][(3)][taps][taps][4], 12 backward, 13 whether depth is transformed, 14 taps along height
 * and width, 15 views, the pictures that a strided input falls into, 16 parts of the output, 17 points,
 * 18 pointer to how many views have weights at each kind of position, and the place of each view among them. Forward rows are
 * [view][input channel] and columns outputs (with a gate: 4 features, 4 gates); backward rows are [branch][output]
 * and columns input channels. A chunk is one panel of one part of one group.
 */
export function winogradPack(args: usize, chunk: i32, scratch: usize): void {
  const backward = word(args, 12) != 0
  const gated = pointer(args, 1) != 0
  const outputs = word(args, 6)
  const channels = word(args, 7)
  const panels = word(args, 9)
  const depthTaps = word(args, 10)
  const deep = word(args, 13) != 0
  const views = word(args, 15)
  const panel = chunk % panels
  const part = (chunk / panels) % word(args, 16)
  const group = chunk / panels / word(args, 16)
  const rows = backward ? outputs * (gated ? 2 : 1) : views * channels
  const positionBytes = <usize>(depthTaps * rows) << 5
  const points = pointer(args, 17)
  const positions: usize = deep ? 216 : points * points
  const target = pointer(args, 4) + <usize>chunk * positions * positionBytes
  const columns = backward ? channels : outputs
  for (let column = 0; column < 8; column += 2) {
    const gate = !backward && gated && column >= 4
    const local = !backward && gated ? panel * 4 + (column & 3) : panel * 8 + column
    for (let row = 0; row < rows; row++) {
      const gateRow = backward ? row >= outputs : gate
      const output = backward ? (gateRow ? row - outputs : row) : local
      const channel = backward ? local : row % channels
      const view = backward ? 0 : row / channels
      const place = weightPlace(args, gateRow, group, output, channel)
      const step = <usize>(word(args, 8) * (backward ? 1 : channels)) << 2
      for (let depth = 0; depth < depthTaps; depth++) {
        const left = local < columns ? place : 0
        const right = local + 1 < columns ? place + step : 0
        transformKernel(args, left, right, (part * views + view) * depthTaps + depth, scratch)
        const to = target + (<usize>column << 2)
        storePositions(args, to, positions, positionBytes, view, depth, rows, row, scratch)
      }
    }
    if (part != 0) continue
    const bias = backward ? 0 : pointer(args, gate ? 3 : 2)
    packBias(args, group * panels + panel, column, bias, group, local)
  }
}

/** Stores two columns of one row at all positions; rows of views that have no weights at a position are left out. */
// @ts-ignore: decorator
@inline
function storePositions(
  args: usize,
  target: usize,
  positions: usize,
  positionBytes: usize,
  view: i32,
  depth: i32,
  rows: i32,
  row: i32,
  scratch: usize,
): void {
  const views = word(args, 15)
  const viewRows = rows / views
  const rest = row - view * viewRows
  const last = word(args, 17) - 1
  const end = scratch + WHOLE + (positions << 4)
  let from = scratch + WHOLE
  let to = target
  // Planes of depth follow one another; their kinds of positions are the same.
  while (from < end) {
    for (let h = 0; h <= last; h++) {
      for (let w = 0; w <= last; w++) {
        const list = positionKind(h, w, last) * (views + 1)
        const used = pointer(args, 18) + (<usize>list << 2)
        const slot = load<i32>(used + (<usize>view << 2), 4)
        if (slot >= 0) {
          const place = (depth * load<i32>(used) + slot) * viewRows + rest
          v128.store64_lane(to + (<usize>place << 5), f32x4.demote_f64x2_zero(v128.load(from)), 0)
        }
        from += 16
        to += positionBytes
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function weightPlace(args: usize, gate: bool, group: i32, output: i32, channel: i32): usize {
  const index = ((group * word(args, 6) + output) * word(args, 7) + channel) * word(args, 8)
  return pointer(args, gate ? 1 : 0) + (<usize>index << 2)
}

function packBias(args: usize, panel: i32, column: i32, bias: usize, group: i32, local: i32): void {
  if (bias == 0) return
  const outputs = word(args, 6)
  for (let i = 0; i < 2; i++) {
    const value = local + i < outputs ? load<f32>(bias + (<usize>(group * outputs + local + i) << 2)) : 0
    store<f32>(pointer(args, 5) + (<usize>((panel << 3) + column + i) << 2), value)
  }
}

/** G·w·Gᵀ of two kernels side by side (zeros where there is none), at WHOLE. */
function transformKernel(args: usize, left: usize, right: usize, list: i32, scratch: usize): void {
  const deep = word(args, 13) != 0
  const depths: usize = deep ? 3 : 1
  const taps = word(args, 14)
  const places = <i32>depths * taps * taps
  const indices = pointer(args, 11) + (<usize>(list * places * SHARED) << 2)
  for (let i = 0; i < places; i++) {
    const at = scratch + (<usize>i << 4)
    v128.store(at, f64x2.splat(0))
    for (let j = 0; j < SHARED; j++) {
      const index = load<u32>(indices + (<usize>(i * SHARED + j) << 2))
      if (index == NO_TAP) break
      const tap = <usize>index << 2
      if (left != 0) store<f64>(at, load<f64>(at) + <f64>load<f32>(left + tap))
      if (right != 0) store<f64>(at, load<f64>(at, 8) + <f64>load<f32>(right + tap), 8)
    }
  }
  const points = word(args, 17)
  const line = pointer(args, 17) << 4
  const plane = line * pointer(args, 17)
  const tapLine = <usize>taps << 4
  const planes = deep ? PLANES : WHOLE
  for (let d: usize = 0; d < depths; d++) {
    const lines = scratch + LINES + d * <usize>taps * line
    for (let h: usize = 0; h < <usize>taps; h++) {
      const from = scratch + (d * <usize>taps + h) * tapLine
      transformTaps(from, 16, lines + h * line, 16, taps, points)
    }
    for (let w: usize = 0; w < line; w += 16) {
      transformTaps(lines + w, line, scratch + planes + d * plane + w, line, taps, points)
    }
  }
  if (!deep) return
  for (let p: usize = 0; p < plane; p += 16) {
    transformTaps(scratch + PLANES + p, plane, scratch + WHOLE + p, plane, 3, points)
  }
}
