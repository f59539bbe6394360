// Convolutions of 2 × 2 to 5 × 5 taps with stride 1 in space, and what can be read as such (winogradTiles.ts), by
// Winograd's F(5×5, 2×2) to F(2×2, 5×5) with six points or F(6×6, 3×3) to F(4×4, 5×5) with eight, or, three taps with
// depth, by F(4×4×4, 3×3×3): a fifth to an eighth of the multiplications for three taps. Where a stream could be computed
// frame by frame (nothing ahead in time is read), where time is strided, or where clips are very short,
// taps in depth stay what they are, further terms of the same sum, so that the order of summing does
// not depend on the length of the clip.
//
// One chunk is a block of units (winogradTiles.ts) and some panels of eight columns:
//   1. V[four rows][position][channel][4] = Bᵀ·x·B
//   2. per panel and position: M[row][position][8] = Σ over depth taps and channels of V·U
//   3. y = Aᵀ·M·A, then bias, gate, product, activation on the way out
// V and one panel of M stay in the second-level cache; U is read once per chunk.
//
// Arguments: 0 x, 1 U [group][part][panel][position][depth tap][view][channel][8], without the views that have no weights
// at a position, 2–11 as in finishTile.ts, then
// abi/winogradArguments.ts.
import * as at from '../abi/winogradArguments'
import { finishTile, PANELS } from './finishTile'
import { pointer, word } from './record'
import { packedFours } from './tiles'
import { transformUnits } from './winogradInput'
import { listUnits, OUTSIDE, outputsOf, positionKind, positions } from './winogradTiles'
import { transformOutput } from './winogradTransforms'
import { transformOutput8 } from './winogradTransforms8'

export function winogradBlock(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, at.PANEL_CHUNKS)
  const firstPanel = (chunk % panelChunks) * word(args, at.PANELS_PER_CHUNK)
  const panels = word(args, PANELS)
  const allPanels = panels * word(args, at.PARTS)
  const lastPanel = min(allPanels, firstPanel + word(args, at.PANELS_PER_CHUNK))
  const first = (chunk / panelChunks) * word(args, at.BLOCK_UNITS)
  const count = min(word(args, at.BLOCK_UNITS), word(args, at.UNITS) - first)
  const channels = word(args, at.GROUP_CHANNELS) * word(args, at.SEGMENTS)
  const panelBytes = (positions(args) * <usize>(word(args, at.TAPS) * channels)) << 5
  listUnits(args, first, count, scratch)
  for (let group = 0; group < word(args, at.GROUPS); group++) {
    transformUnits(args, pointer(args, 0), group * word(args, at.GROUP_CHANNELS), count, true, scratch)
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const weights = pointer(args, 1) + <usize>(group * allPanels + panel) * panelBytes
      multiplyPanel(args, count, channels, weights, scratch)
      finishPanel(args, count, group, panel % panels, panel / panels, scratch)
    }
  }
}

/** M[row][position][8] for one panel: a row's positions lie side by side for the way out. */
function multiplyPanel(args: usize, count: i32, channels: i32, weights: usize, scratch: usize): void {
  const weightBytes = <usize>(word(args, at.TAPS) * channels) << 5
  const runs = pointer(args, at.RUN_LISTS)
  const runStep = pointer(args, at.RUN_STEP) << 2
  const runChannels = word(args, at.RUN_CHANNELS)
  const depths = word(args, at.DEEP) != 0 ? 1 : word(args, at.UNIT_DEPTHS)
  const units = word(args, at.BLOCK_UNITS)
  const groupBytes = pointer(args, at.V_GROUP)
  const depthBytes = pointer(args, at.DEPTH_STRIDE) * pointer(args, at.V_DEPTH)
  const sumBytes = pointer(args, at.M_ROW)
  const fours = (count + 3) >> 2
  const last = word(args, at.POINTS) - 1
  let u = weights
  let v = scratch + pointer(args, at.V_PLACE)
  let m = scratch + pointer(args, at.M_PLACE)
  const end = m + (positions(args) << 5)
  // Planes of depth follow one another; their kinds of positions are the same.
  while (m < end) {
    for (let h = 0; h <= last; h++) {
      for (let w = 0; w <= last; w++) {
        const list = runs + <usize>positionKind(h, w, last) * runStep
        const runCount = load<i32>(list)
        for (let d = 0; d < depths; d++) {
          const rows = v + <usize>d * depthBytes
          const sums = m + <usize>(d * units) * sumBytes
          packedFours(u, list + 4, runCount, runChannels, rows, groupBytes, fours, sums, sumBytes)
        }
        u += weightBytes
        v += pointer(args, at.V_POSITION)
        m += 32
      }
    }
  }
}

/** Scratch of the way out: planes half-way out of the domain, rows half-way out, finished sums. */
const ROWS: usize = 4 * 36 * 16
const SUMS: usize = ROWS + 6 * 8 * 16

/** y = Aᵀ·M·A for every row, and the way out to one part of the output. */
function finishPanel(
  args: usize,
  count: i32,
  group: i32,
  panel: i32,
  part: i32,
  scratch: usize,
): void {
  const deep = word(args, at.DEEP) != 0
  const units = word(args, at.BLOCK_UNITS)
  const depths = deep ? 1 : word(args, at.UNIT_DEPTHS)
  const tile = word(args, at.TILE)
  const sums = scratch + SUMS
  for (let d = 0; d < depths; d++) {
    for (let unit = 0; unit < count; unit++) {
      const row = d * units + unit
      const m = scratch + pointer(args, at.M_PLACE) + <usize>row * pointer(args, at.M_ROW)
      const list = outputsOf(args, part, row, scratch)
      if (deep) {
        for (let side: usize = 0; side < 32; side += 16) leaveSpace(m + side, side, scratch)
        finishTile(args, sums, list, 64, 0, group, panel)
        continue
      }
      // A single part begins inside: what begins outside lies outside as a whole.
      if (word(args, at.PARTS) == 1 && load<u32>(list) == OUTSIDE) continue
      for (let side: usize = 0; side < 32; side += 16) {
        const half = scratch + ROWS
        if (word(args, at.POINTS) == 8) leaveEight(m + side, half, sums + side, tile)
        else leaveSix(m + side, half, sums + side, tile)
      }
      finishTile(args, sums, list, tile * tile, 0, group, panel)
    }
  }
}

/** Aᵀ·M·A of 216 positions to 64 sums. */
function leaveSpace(m: usize, side: usize, scratch: usize): void {
  for (let p: usize = 0; p < 36; p++) {
    transformOutput(m + (p << 5), 36 * 32, scratch + (p << 4), 576, 4)
  }
  for (let d: usize = 0; d < 4; d++) {
    leavePlane(scratch + d * 576, 16, scratch + ROWS, scratch + SUMS + (d << 9) + side, 4, 6)
  }
}

function leaveSix(m: usize, half: usize, sums: usize, tile: i32): void {
  if (tile == 4) leavePlane(m, 32, half, sums, 4, 6)
  else if (tile == 5) leavePlane(m, 32, half, sums, 5, 6)
  else if (tile == 3) leavePlane(m, 32, half, sums, 3, 6)
  else if (tile == 2) leavePlane(m, 32, half, sums, 2, 6)
  else unreachable()
}

function leaveEight(m: usize, half: usize, sums: usize, tile: i32): void {
  if (tile == 6) leavePlane(m, 32, half, sums, 6, 8)
  else if (tile == 5) leavePlane(m, 32, half, sums, 5, 8)
  else if (tile == 4) leavePlane(m, 32, half, sums, 4, 8)
  else unreachable()
}

/**
 * Aᵀ·M·A of a plane of positions, `step` bytes apart, to the sums of a tile, 32 bytes apart. Tile and points are numbers
 * that are known when this is compiled.
 */
// @ts-ignore: decorator
@inline
function leavePlane(
  m: usize,
  step: usize,
  half: usize,
  sums: usize,
  tile: i32,
  points: i32,
): void {
  const line: usize = <usize>points << 4
  for (let w: usize = 0; w < <usize>points; w++) {
    const from = m + w * step
    const to = half + (w << 4)
    if (points == 8) transformOutput8(from, 8 * step, to, line, tile)
    else transformOutput(from, 6 * step, to, line, tile)
  }
  for (let h: usize = 0; h < <usize>tile; h++) {
    const from = half + h * line
    const to = sums + ((h * <usize>tile) << 5)
    if (points == 8) transformOutput8(from, 16, to, 32, tile)
    else transformOutput(from, 16, to, 32, tile)
  }
}
