// Convolutions that are 3 × 3 with stride 1 in space, by Winograd's F(4×4, 3×3): a quarter of the
// multiplications. Taps in time (depth) stay what they are, further terms of the same sum; so a
// causal layer sums in an order that does not depend on the length of the clip, any stride or
// dilation in time works, and the error stays that of the 2-D transform.
//
// One chunk is a block of 4 × 4 tiles over some output depths. Its rows are (input depth, tile):
//   1. gather the input with zeros around it; V[position][row][channel] = Bᵀ·x·B   (36 positions)
//   2. per panel of 8 columns and position: M[row][8] = Σ over depth taps and channels of V·U
//   3. y = Aᵀ·M·A, then bias, gate, product, activation on the way out
// V and one panel of M stay in the second-level cache; a panel of U is read once per chunk.
//
// Arguments: 0 x, 1 U [group][panel][position][depth tap][channel][8], 2–9 as in finishTile.ts, then
// the geometry (grid sizes rounded up to whole tiles; TAP_OFFSETS in rows of V), then 0 panels of a
// group, 1 panels of one chunk, 2 chunks of a group's panels, 3 bytes of a row of V, 4 bytes from one
// position of V to the next, 5 and 6 scratch offsets of V and of M, 7 bytes between positions of M.
import { tile4x8 } from './convBlock'
import {
  BLOCK_COUNT,
  BLOCK_SIZE,
  blockExtent,
  blockOrigin,
  GATHER_SIZE,
  GROUP_CHANNELS,
  GROUPS,
  gatherBlock,
  IN_CHANNELS,
  IN_SIZE,
  IN_STRIDE,
  OUT_SIZE,
  POSITION_BYTES,
  SCRATCH_FREE,
  SEGMENTS,
  SPAN,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { finishTile, OUTSIDE, PANELS } from './finishTile'
import { pointer, word } from './record'
import { transformInput, transformOutput } from './winogradTransforms'

const PANELS_PER_CHUNK = SCRATCH_FREE + 2
const PANEL_CHUNKS = SCRATCH_FREE + 3
export const V_ROW_BYTES = SCRATCH_FREE + 4
export const V_STEP = SCRATCH_FREE + 5
export const V_PLACE = SCRATCH_FREE + 6
export const M_PLACE = SCRATCH_FREE + 7
export const M_STEP = SCRATCH_FREE + 8

/** Scratch at the very beginning: one tile in the making. */
export const TILE_BYTES = 36 * 16

export function winogradBlock(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, PANEL_CHUNKS)
  const blocks = word(args, BLOCK_COUNT) * word(args, BLOCK_COUNT + 1) * word(args, BLOCK_COUNT + 2)
  const firstPanel = (chunk % panelChunks) * word(args, PANELS_PER_CHUNK)
  const block = (chunk / panelChunks) % blocks
  const batch = chunk / (panelChunks * blocks)
  const panels = word(args, PANELS)
  const lastPanel = min(panels, firstPanel + word(args, PANELS_PER_CHUNK))
  const inPixels = word(args, IN_SIZE) * word(args, IN_SIZE + 1) * word(args, IN_SIZE + 2)
  const outPixels = word(args, OUT_SIZE) * word(args, OUT_SIZE + 1) * word(args, OUT_SIZE + 2)
  const x = pointer(args, 0) + (<usize>(batch * inPixels * word(args, IN_CHANNELS)) << 2)
  const channels = word(args, GROUP_CHANNELS) * word(args, SEGMENTS)
  const panelBytes = <usize>(36 * word(args, TAPS) * channels) << 5
  for (let group = 0; group < word(args, GROUPS); group++) {
    gatherBlock(args, x, block, group * word(args, GROUP_CHANNELS), scratch + pointer(args, SCRATCH_FREE))
    transformBlock(args, block, channels, scratch)
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const weights = pointer(args, 1) + <usize>(group * panels + panel) * panelBytes
      multiplyPanel(args, block, channels, weights, scratch)
      finishBlock(args, block, batch * outPixels, group, panel, scratch)
    }
  }
}

/** V = Bᵀ·x·B for every input depth and tile of the gathered block. */
export function transformBlock(args: usize, block: i32, channels: i32, scratch: usize): void {
  const depths = (blockExtent(args, block, 0) - 1) * word(args, IN_STRIDE) + word(args, SPAN)
  const tilesH = blockExtent(args, block, 1) >> 2
  const tilesW = blockExtent(args, block, 2) >> 2
  const fullTiles = (word(args, BLOCK_SIZE + 1) >> 2) * (word(args, BLOCK_SIZE + 2) >> 2)
  const fullTilesW = word(args, BLOCK_SIZE + 2) >> 2
  const positionBytes = pointer(args, POSITION_BYTES)
  const gatherW = <usize>word(args, GATHER_SIZE + 2)
  const rowStep = gatherW * positionBytes
  const gathered = scratch + pointer(args, SCRATCH_FREE)
  const rowBytes = pointer(args, V_ROW_BYTES)
  const step = pointer(args, V_STEP)
  const vectors = <usize>((channels + 3) >> 2)
  for (let d = 0; d < depths; d++) {
    const slice = gathered + <usize>(d * word(args, GATHER_SIZE + 1)) * rowStep
    for (let tileH = 0; tileH < tilesH; tileH++) {
      for (let tileW = 0; tileW < tilesW; tileW++) {
        const patch = slice + <usize>(tileH << 2) * rowStep + <usize>(tileW << 2) * positionBytes
        const row = <usize>(d * fullTiles + tileH * fullTilesW + tileW)
        const target = scratch + pointer(args, V_PLACE) + row * rowBytes
        for (let vector: usize = 0; vector < vectors; vector++) {
          const at = vector << 4
          for (let w: usize = 0; w < 6; w++) {
            transformInput(patch + w * positionBytes + at, rowStep, scratch + (w << 4), 96)
          }
          for (let h: usize = 0; h < 6; h++) {
            transformInput(scratch + h * 96, 16, target + h * 6 * step + at, step)
          }
        }
      }
    }
  }
}

/** M[position][row][8] for one panel: rows are (output depth, tile). */
function multiplyPanel(args: usize, block: i32, channels: i32, weights: usize, scratch: usize): void {
  const tiles = (word(args, BLOCK_SIZE + 1) >> 2) * (word(args, BLOCK_SIZE + 2) >> 2)
  const depths = blockExtent(args, block, 0)
  const taps = word(args, TAPS)
  const rowBytes = pointer(args, V_ROW_BYTES)
  const positionWeights = <usize>(taps * channels) << 5
  const depthBytes = <usize>(word(args, IN_STRIDE) * tiles) * rowBytes
  for (let position: usize = 0; position < 36; position++) {
    const v = scratch + pointer(args, V_PLACE) + position * pointer(args, V_STEP)
    const u = weights + position * positionWeights
    let m = scratch + pointer(args, M_PLACE) + position * pointer(args, M_STEP)
    for (let d: usize = 0; d < <usize>depths; d++) {
      for (let tile = 0; tile < tiles; tile += 4) {
        const row = v + d * depthBytes + <usize>tile * rowBytes
        tile4x8(
          u,
          pointer(args, TAP_OFFSETS),
          taps,
          channels,
          row,
          row + rowBytes,
          row + 2 * rowBytes,
          row + 3 * rowBytes,
          m,
        )
        m += 128
      }
    }
  }
}

/** y = Aᵀ·M·A for every output depth and tile, and the way out. */
function finishBlock(
  args: usize,
  block: i32,
  firstOutput: i32,
  group: i32,
  panel: i32,
  scratch: usize,
): void {
  const tilesW = word(args, BLOCK_SIZE + 2) >> 2
  const tiles = (word(args, BLOCK_SIZE + 1) >> 2) * tilesW
  const paddedTiles = (tiles + 3) & ~3
  const depths = blockExtent(args, block, 0)
  const extentH = blockExtent(args, block, 1) >> 2
  const extentW = blockExtent(args, block, 2) >> 2
  const step = pointer(args, M_STEP)
  const half = scratch + TILE_BYTES
  const sums = half + TILE_BYTES
  const outputs = sums + 512
  for (let d = 0; d < depths; d++) {
    for (let tileH = 0; tileH < extentH; tileH++) {
      for (let tileW = 0; tileW < extentW; tileW++) {
        const row = <usize>(d * paddedTiles + tileH * tilesW + tileW)
        const m = scratch + pointer(args, M_PLACE) + (row << 5)
        for (let side: usize = 0; side < 32; side += 16) {
          for (let w: usize = 0; w < 6; w++) {
            transformOutput(m + side + w * step, 6 * step, half + (w << 4), 96)
          }
          for (let h: usize = 0; h < 4; h++) {
            transformOutput(half + h * 96, 16, sums + (h << 7) + side, 32)
          }
        }
        listOutputs(args, block, d, tileH, tileW, outputs)
        finishTile(args, sums, outputs, 16, firstOutput, group, panel)
      }
    }
  }
}

/** Output indices of a tile's 16 pixels. */
export function listOutputs(
  args: usize,
  block: i32,
  d: i32,
  tileH: i32,
  tileW: i32,
  outputs: usize,
): void {
  const sizeH = word(args, OUT_SIZE + 1)
  const sizeW = word(args, OUT_SIZE + 2)
  const outD = blockOrigin(args, block, 0) + d
  const h0 = blockOrigin(args, block, 1) + (tileH << 2)
  const w0 = blockOrigin(args, block, 2) + (tileW << 2)
  for (let i = 0; i < 16; i++) {
    const h = h0 + (i >> 2)
    const w = w0 + (i & 3)
    const inside = h < sizeH && w < sizeW
    store<u32>(outputs + (<usize>i << 2), inside ? (outD * sizeH + h) * sizeW + w : OUTSIDE)
  }
}
