// Weight gradient in Winograd's domain: dU = Vᵀ·dM with dM = A·dy·Aᵀ, then dw = Gᵀ·dU·G. Units,
// rows and V are those of winograd.ts; parts and panels those of convWeightGradient.ts, so the sum
// does not depend on the number of threads either.
//
// Partial gradients lie as [part][group][panel][position][channel / 4][depth tap][4][8].
//
// Arguments: 0 x, 1 dy, 2 partials, 3 parts, 4 blocks in all, 5 outputs of a group in one branch,
// 6 branches, 7 outputs of one branch, 8 and 9 unused, 10 channels of dy, 11 panels of a group, then
// abi/winogradArguments.ts, where M holds dM.
import * as at from '../abi/winogradArguments'
import { sumParts } from './convWeightGradient'
import { PANELS } from './finishTile'
import { sum4x8 } from './outerSums'
import { packColumns } from './packColumns'
import { pointer, word } from './record'
import { transformUnits } from './winogradInput'
import { listUnits, outputsOf, positions } from './winogradTiles'
import { transformGradient, transformTapGradients } from './winogradTransforms'

export function winogradWeightGradient(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, at.PANEL_CHUNKS)
  const panels = word(args, PANELS)
  const part = chunk / panelChunks
  const firstPanel = (chunk % panelChunks) * word(args, at.PANELS_PER_CHUNK)
  const lastPanel = min(panels, firstPanel + word(args, at.PANELS_PER_CHUNK))
  const parts = word(args, 3)
  const firstBlock = <i32>((<i64>part * word(args, 4)) / parts)
  const lastBlock = <i32>((<i64>(part + 1) * word(args, 4)) / parts)
  const channels = word(args, at.GROUP_CHANNELS)
  const quarters = (channels + 3) >> 2
  const groups = word(args, at.GROUPS)
  const panelBytes = (positions(args) * <usize>(quarters * word(args, at.TAPS))) << 7
  const partial = pointer(args, 2) + <usize>(part * groups * panels) * panelBytes
  for (let group = 0; group < groups; group++) {
    const start = partial + <usize>(group * panels + firstPanel) * panelBytes
    memory.fill(start, 0, <usize>(lastPanel - firstPanel) * panelBytes)
  }
  for (let block = firstBlock; block < lastBlock; block++) {
    const first = block * word(args, at.BLOCK_UNITS)
    const count = min(word(args, at.BLOCK_UNITS), word(args, at.UNITS) - first)
    listUnits(args, first, count, scratch)
    for (let group = 0; group < groups; group++) {
      transformUnits(args, pointer(args, 0), group * channels, count, false, scratch)
      for (let panel = firstPanel; panel < lastPanel; panel++) {
        transformColumns(args, count, group, panel, scratch)
        sumPanel(args, count, quarters, partial + <usize>(group * panels + panel) * panelBytes, scratch)
      }
    }
  }
}

/** Scratch: 64 pixels of eight columns, and results half-way, at the very beginning. */
const LINES: usize = 64 * 32
const PLANES: usize = LINES + 24 * 16

/** dM = A·dy·Aᵀ for the eight columns of a panel, `[row][position][8]`. */
function transformColumns(args: usize, count: i32, group: i32, panel: i32, scratch: usize): void {
  const deep = word(args, at.DEEP) != 0
  const units = word(args, at.BLOCK_UNITS)
  const depths = deep ? 1 : word(args, at.UNIT_DEPTHS)
  const pixels = deep ? 64 : 16
  for (let d = 0; d < depths; d++) {
    for (let unit = 0; unit < count; unit++) {
      const row = <usize>(d * units + unit)
      packColumns(args, outputsOf(args, 0, <i32>row, scratch), scratch, 0, group, panel, pixels)
      const target = scratch + pointer(args, at.M_PLACE) + row * pointer(args, at.M_ROW)
      for (let side: usize = 0; side < 32; side += 16) {
        if (!deep) {
          enterPlane(scratch + side, scratch + LINES, target + side, 32)
          continue
        }
        for (let plane: usize = 0; plane < 4; plane++) {
          const to = scratch + PLANES + plane * 576
          enterPlane(scratch + (plane << 9) + side, scratch + LINES, to, 16)
        }
        for (let p: usize = 0; p < 36; p++) {
          const from = scratch + PLANES + (p << 4)
          transformGradient(from, 576, target + side + (p << 5), 36 * 32)
        }
      }
    }
  }
}

/** A·dy·Aᵀ of 16 pixels, 32 bytes apart, to 36 positions. */
// @ts-ignore: decorator
@inline
function enterPlane(dy: usize, lines: usize, target: usize, step: usize): void {
  for (let w: usize = 0; w < 4; w++) {
    transformGradient(dy + (w << 5), 128, lines + (w << 4), 64)
  }
  for (let h: usize = 0; h < 6; h++) {
    transformGradient(lines + (h << 6), 16, target + h * 6 * step, step)
  }
}

/** Adds Vᵀ·dM of one block to a panel's partial gradient. */
function sumPanel(args: usize, count: i32, quarters: i32, partial: usize, scratch: usize): void {
  const taps = word(args, at.TAPS)
  const units = word(args, at.BLOCK_UNITS)
  const offsets = pointer(args, at.TAP_OFFSETS)
  const rowBytes = pointer(args, at.ROW_BYTES)
  const mRow = pointer(args, at.M_ROW)
  const depths = word(args, at.DEEP) != 0 ? 1 : word(args, at.UNIT_DEPTHS)
  const depthBytes = pointer(args, at.DEPTH_STRIDE) * pointer(args, at.V_DEPTH)
  let sums = partial
  for (let position: usize = 0; position < positions(args); position++) {
    const v = scratch + pointer(args, at.V_PLACE) + position * pointer(args, at.V_POSITION)
    const m = scratch + pointer(args, at.M_PLACE) + (position << 5)
    for (let quarter = 0; quarter < quarters; quarter++) {
      for (let tap = 0; tap < taps; tap++) {
        let from = v + (<usize>quarter << 4) + <usize>load<u32>(offsets + (<usize>tap << 2))
        let dy = m
        for (let d = 0; d < depths; d++) {
          sum4x8(from, rowBytes, dy, mRow, count, sums)
          from += depthBytes
          dy += <usize>units * mRow
        }
        sums += 128
      }
    }
  }
}

/**
 * Adds the parts in order and leaves Winograd's domain: dw = Gᵀ·dU·G. Arguments: 0 partials, 1 parts,
 * 2 dw, 3 gate dw (0: none), 4 outputs of a group in one branch, 5 channels of a group, 6 taps of the
 * whole kernel, 7 panels of a group, 8 groups, 9 depth taps that are terms of the sum, 10 pointer to
 * the indices of the taps, 11 whether depth is transformed. A chunk is four channels of one panel.
 */
export function winogradReduce(args: usize, chunk: i32, scratch: usize): void {
  const channels = word(args, 5)
  const panels = word(args, 7)
  const depthTaps = word(args, 9)
  const deep = word(args, 11) != 0
  const quarters = (channels + 3) >> 2
  const positionBytes = <usize>(quarters * depthTaps) << 7
  const panelBytes = (deep ? <usize>216 : <usize>36) * positionBytes
  const partBytes = <usize>(word(args, 8) * panels) * panelBytes
  const quarter = chunk % quarters
  const panel = chunk / quarters
  const first = pointer(args, 0) + <usize>panel * panelBytes
  for (let channel = quarter << 2; channel < min(channels, (quarter << 2) + 4); channel++) {
    for (let depth = 0; depth < depthTaps; depth++) {
      const row = ((quarter * depthTaps + depth) << 2) + (channel & 3)
      const from = first + (<usize>row << 5)
      leaveDomain(from, positionBytes, word(args, 1), partBytes, deep, scratch)
      storeTaps(args, panel / panels, panel % panels, channel, depth, deep ? 27 : 9, scratch)
    }
  }
}

/** Scratch of `winogradReduce`, eight columns each: results, six sums, rows and planes half-way. */
const REDUCED: usize = 27 * 32
const HALF_ROWS: usize = REDUCED + 6 * 32
const HALF_PLANES: usize = HALF_ROWS + 18 * 32

/** Σ over parts, then Gᵀ·dU·G of eight columns: 27 or nine taps at the beginning of scratch. */
function leaveDomain(
  from: usize,
  positionBytes: usize,
  parts: i32,
  partBytes: usize,
  deep: bool,
  scratch: usize,
): void {
  const depths: usize = deep ? 6 : 1
  const planes = scratch + (deep ? HALF_PLANES : 0)
  for (let d: usize = 0; d < depths; d++) {
    for (let h: usize = 0; h < 6; h++) {
      for (let w: usize = 0; w < 6; w++) {
        const position = (d * 6 + h) * 6 + w
        const sum = scratch + REDUCED + (w << 5)
        sumParts(from + position * positionBytes, parts, partBytes, sum)
      }
      twoSides(scratch + REDUCED, 32, scratch + HALF_ROWS + h * 96, 32)
    }
    for (let w: usize = 0; w < 3; w++) {
      twoSides(scratch + HALF_ROWS + (w << 5), 96, planes + d * 288 + (w << 5), 96)
    }
  }
  if (!deep) return
  for (let p: usize = 0; p < 9; p++) twoSides(planes + (p << 5), 288, scratch + (p << 5), 288)
}

/** `transformTapGradients` of eight columns. */
// @ts-ignore: decorator
@inline
function twoSides(source: usize, sourceStep: usize, target: usize, step: usize): void {
  transformTapGradients(source, sourceStep, target, step)
  transformTapGradients(source + 16, sourceStep, target + 16, step)
}

/** Scatters the taps of eight columns as PyTorch shapes its weights. */
function storeTaps(
  args: usize,
  group: i32,
  panel: i32,
  channel: i32,
  depth: i32,
  count: i32,
  scratch: usize,
): void {
  const outputs = word(args, 4)
  const columns = min(8, outputs * (pointer(args, 3) == 0 ? 1 : 2) - panel * 8)
  const indices = pointer(args, 10) + <usize>(depth * 36)
  for (let column = 0; column < columns; column++) {
    const local = panel * 8 + column
    const target = local < outputs ? pointer(args, 2) : pointer(args, 3)
    if (target == 0) continue
    const output = group * outputs + (local % outputs)
    const kernel = target + (<usize>((output * word(args, 5) + channel) * word(args, 6)) << 2)
    for (let i = 0; i < count; i++) {
      const tap = <usize>load<u32>(indices + (<usize>i << 2))
      store<f32>(kernel + (tap << 2), load<f32>(scratch + (<usize>i << 5) + (<usize>column << 2)))
    }
  }
}
