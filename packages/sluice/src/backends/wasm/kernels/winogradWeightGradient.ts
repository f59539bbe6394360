// Weight gradient in Winograd's domain: dU = Vᵀ·dM with dM = A·dy·Aᵀ, then dw = Gᵀ·dU·G. Blocks,
// rows and V are those of winograd.ts; parts and panels those of convWeightGradient.ts, so the sum
// does not depend on the number of threads either.
//
// Partial gradients lie as [part][group][panel][position][channel / 4][depth tap][4][8].
//
// Arguments: 0–7 as in convWeightGradient.ts, then the geometry, then words as in winograd.ts, where
// M holds dM, and after them 0 scratch offset of the list of rows (bytes into V, four to a tile).
import {
  BLOCK_COUNT,
  BLOCK_SIZE,
  blockExtent,
  GROUP_CHANNELS,
  GROUPS,
  gatherBlock,
  IN_CHANNELS,
  IN_SIZE,
  IN_STRIDE,
  SCRATCH_FREE,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { packColumns, sum4x8, sumParts } from './convWeightGradient'
import { PANELS } from './finishTile'
import { pointer, word } from './record'
import { listOutputs, M_PLACE, M_STEP, TILE_BYTES, transformBlock } from './winograd'
import { V_PLACE, V_ROW_BYTES, V_STEP } from './winograd'
import { transformGradient, transformTapGradients } from './winogradTransforms'

const PANELS_PER_CHUNK = SCRATCH_FREE + 2
const PANEL_CHUNKS = SCRATCH_FREE + 3
const ROWS_PLACE = SCRATCH_FREE + 9

export function winogradWeightGradient(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, PANEL_CHUNKS)
  const panels = word(args, PANELS)
  const part = chunk / panelChunks
  const firstPanel = (chunk % panelChunks) * word(args, PANELS_PER_CHUNK)
  const lastPanel = min(panels, firstPanel + word(args, PANELS_PER_CHUNK))
  const parts = word(args, 3)
  const firstBlock = <i32>((<i64>part * word(args, 4)) / parts)
  const lastBlock = <i32>((<i64>(part + 1) * word(args, 4)) / parts)
  const channels = word(args, GROUP_CHANNELS)
  const quarters = (channels + 3) >> 2
  const groups = word(args, GROUPS)
  const panelBytes = <usize>(36 * quarters * word(args, TAPS)) << 7
  const partial = pointer(args, 2) + <usize>(part * groups * panels) * panelBytes
  const inPixels = word(args, IN_SIZE) * word(args, IN_SIZE + 1) * word(args, IN_SIZE + 2)
  const blocks = word(args, BLOCK_COUNT) * word(args, BLOCK_COUNT + 1) * word(args, BLOCK_COUNT + 2)
  for (let group = 0; group < groups; group++) {
    const start = partial + <usize>(group * panels + firstPanel) * panelBytes
    memory.fill(start, 0, <usize>(lastPanel - firstPanel) * panelBytes)
  }
  for (let index = firstBlock; index < lastBlock; index++) {
    const batch = index / blocks
    const block = index % blocks
    const x = pointer(args, 0) + (<usize>(batch * inPixels * word(args, IN_CHANNELS)) << 2)
    const rows = listRows(args, block, scratch)
    for (let group = 0; group < groups; group++) {
      gatherBlock(args, x, block, group * channels, scratch + pointer(args, SCRATCH_FREE))
      transformBlock(args, block, channels, scratch)
      for (let panel = firstPanel; panel < lastPanel; panel++) {
        transformColumns(args, batch, block, group, panel, scratch)
        sumPanel(args, rows, quarters, partial + <usize>(group * panels + panel) * panelBytes, scratch)
      }
    }
  }
}

/** Lists where the rows (output depth, tile) of the block begin in V; returns their number. */
function listRows(args: usize, block: i32, scratch: usize): i32 {
  const tilesW = word(args, BLOCK_SIZE + 2) >> 2
  const tiles = (word(args, BLOCK_SIZE + 1) >> 2) * tilesW
  let count = 0
  for (let d = 0; d < blockExtent(args, block, 0); d++) {
    for (let h = 0; h < blockExtent(args, block, 1) >> 2; h++) {
      for (let w = 0; w < blockExtent(args, block, 2) >> 2; w++) {
        const row = d * word(args, IN_STRIDE) * tiles + h * tilesW + w
        const place = scratch + pointer(args, ROWS_PLACE) + (<usize>count << 2)
        store<u32>(place, row * word(args, V_ROW_BYTES))
        count++
      }
    }
  }
  return count
}

/** dM = A·dy·Aᵀ for the eight columns of a panel, `[position][row][8]`. */
function transformColumns(
  args: usize,
  batch: i32,
  block: i32,
  group: i32,
  panel: i32,
  scratch: usize,
): void {
  const step = pointer(args, M_STEP)
  const half = scratch + TILE_BYTES
  const columns = half + TILE_BYTES
  const indices = columns + 512
  let target = scratch + pointer(args, M_PLACE)
  for (let d = 0; d < blockExtent(args, block, 0); d++) {
    for (let tileH = 0; tileH < blockExtent(args, block, 1) >> 2; tileH++) {
      for (let tileW = 0; tileW < blockExtent(args, block, 2) >> 2; tileW++) {
        listOutputs(args, block, d, tileH, tileW, indices)
        packColumns(args, indices, columns, batch, group, panel, 16)
        for (let side: usize = 0; side < 32; side += 16) {
          for (let w: usize = 0; w < 4; w++) {
            transformGradient(columns + (w << 5) + side, 128, half + (w << 4), 64)
          }
          for (let h: usize = 0; h < 6; h++) {
            transformGradient(half + (h << 6), 16, target + side + h * 6 * step, step)
          }
        }
        target += 32
      }
    }
  }
}

/** Adds Vᵀ·dM of one block to a panel's partial gradient. */
function sumPanel(args: usize, rows: i32, quarters: i32, partial: usize, scratch: usize): void {
  const taps = word(args, TAPS)
  const offsets = pointer(args, TAP_OFFSETS)
  const list = scratch + pointer(args, ROWS_PLACE)
  let sums = partial
  for (let position: usize = 0; position < 36; position++) {
    const v = scratch + pointer(args, V_PLACE) + position * pointer(args, V_STEP)
    const m = scratch + pointer(args, M_PLACE) + position * pointer(args, M_STEP)
    for (let quarter = 0; quarter < quarters; quarter++) {
      for (let tap = 0; tap < taps; tap++) {
        const from = v + (<usize>quarter << 4) + <usize>load<u32>(offsets + (<usize>tap << 2))
        sum4x8(from, list, m, rows, sums)
        sums += 128
      }
    }
  }
}

/**
 * Adds the parts in order and leaves Winograd's domain: dw = Gᵀ·dU·G. Arguments: 0 partials, 1 parts,
 * 2 dw, 3 gate dw (0: none), 4 outputs of a group in one branch, 5 channels of a group, 6 taps of the
 * whole kernel, 7 panels of a group, 8 groups, 9 depth taps, 10 pointer to the indices of the taps.
 * A chunk is one panel of one group.
 */
export function winogradReduce(args: usize, chunk: i32, scratch: usize): void {
  const outputs = word(args, 4)
  const channels = word(args, 5)
  const panels = word(args, 7)
  const depthTaps = word(args, 9)
  const group = chunk / panels
  const quarters = (channels + 3) >> 2
  const positionFloats = quarters * depthTaps * 32
  const panelBytes = <usize>(36 * positionFloats) << 2
  const partBytes = <usize>(word(args, 8) * panels) * panelBytes
  const first = pointer(args, 0) + <usize>chunk * panelBytes
  const columns = outputs * (pointer(args, 3) == 0 ? 1 : 2)
  const firstColumn = (chunk % panels) * 8
  for (let channel = 0; channel < channels; channel++) {
    for (let depth = 0; depth < depthTaps; depth++) {
      const row = (((channel >> 2) * depthTaps + depth) << 2) + (channel & 3)
      const place = first + (<usize>row << 5)
      for (let position: usize = 0; position < 36; position++) {
        const from = place + position * (<usize>positionFloats << 2)
        sumParts(from, word(args, 1), partBytes, scratch + SUMS + (position << 5))
      }
      leaveDomain(scratch)
      const indices = pointer(args, 10) + <usize>(depth * 36)
      for (let column = 0; column < min(8, columns - firstColumn); column++) {
        const local = firstColumn + column
        const target = local < outputs ? pointer(args, 2) : pointer(args, 3)
        const output = group * outputs + (local % outputs)
        const kernel = target + (<usize>((output * channels + channel) * word(args, 6)) << 2)
        for (let i: usize = 0; i < 9; i++) {
          const tap = <usize>load<u32>(indices + (i << 2))
          store<f32>(kernel + (tap << 2), load<f32>(scratch + (i << 5) + (<usize>column << 2)))
        }
      }
    }
  }
}

/** Scratch of `winogradReduce`: 9 results, then 36 sums, then 18 half-way, each of eight columns. */
const SUMS: usize = 9 * 32
const HALF: usize = SUMS + 36 * 32

/** Gᵀ·dU·G of eight columns: nine taps at the beginning of scratch. */
function leaveDomain(scratch: usize): void {
  for (let side: usize = 0; side < 32; side += 16) {
    for (let h: usize = 0; h < 6; h++) {
      transformTapGradients(scratch + SUMS + side + h * 192, 32, scratch + HALF + side + h * 96, 32)
    }
    for (let w: usize = 0; w < 3; w++) {
      transformTapGradients(scratch + HALF + side + (w << 5), 96, scratch + side + (w << 5), 96)
    }
  }
}
