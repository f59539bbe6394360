// Depthwise convolutions: every output channel has taps over one input channel only, so that vectors
// hold eight channels of one pixel and taps are all that is summed:
//
//   y[pixel][column] = Σ x[pixel + tap][channel of column] · w[tap][column]
//
// A panel is eight columns: output channels, or four features and their four gates (the same four
// input channels twice), or in the input gradient eight input channels, to which `terms` output channels
// each contribute. Which channel a column reads is a list [panel][term][8] of byte offsets, so
// multipliers need nothing of their own. A block's input is gathered as [position][term][8], zeros
// outside; then a tile is 4 pixels × 8 columns: eight sums, two weights and eight inputs a tap.
//
// Bound by loads: two for every three multiply-adds. Nothing is reused between neighbouring taps.
//
// Arguments: 0 x, 1 weights [panel][tap][term][8], 2–11 as in finishTile.ts, with one group of all
// channels, then the geometry (taps and terms are one list of offsets), then those below.
import {
  BLOCK_COUNT,
  blockExtent,
  blockOrigin,
  GATHER_SIZE,
  IN_CHANNELS,
  IN_ORIGIN,
  IN_SIZE,
  IN_STRIDE,
  listPixels,
  OUT_SIZE,
  OWN,
  PANEL_CHUNKS,
  PANELS_PER_CHUNK,
  POSITION_BYTES,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  SPAN,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { finishTile, PANELS } from './finishTile'
import { madd } from './math'
import { pointer, word } from './record'

export const LANES = OWN // pointer to the channels' byte offsets
export const TERMS = OWN + 1
export const ADJOINING = OWN + 2 // 1 when each four columns read four neighbouring channels
/** Pixels that go on their way out together. */
const PIXELS_OUT = 32
export const SUM_BYTES: usize = 32 * PIXELS_OUT

export function depthwiseBlock(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, PANEL_CHUNKS)
  const blocks = word(args, BLOCK_COUNT) * word(args, BLOCK_COUNT + 1) * word(args, BLOCK_COUNT + 2)
  const firstPanel = (chunk % panelChunks) * word(args, PANELS_PER_CHUNK)
  const lastPanel = min(word(args, PANELS), firstPanel + word(args, PANELS_PER_CHUNK))
  const block = (chunk / panelChunks) % blocks
  const batch = chunk / (panelChunks * blocks)
  const outPixels = word(args, OUT_SIZE) * word(args, OUT_SIZE + 1) * word(args, OUT_SIZE + 2)
  const taps = word(args, TAPS)
  const count = listPixels(args, block, scratch)
  const pixels = scratch + pointer(args, SCRATCH_PIXELS)
  const outputs = scratch + pointer(args, SCRATCH_OUTPUTS)
  const sums = scratch + pointer(args, SCRATCH_FREE)
  const gathered = sums + SUM_BYTES
  for (let panel = firstPanel; panel < lastPanel; panel++) {
    gatherLanes(args, batch, block, panel, gathered)
    const weights = pointer(args, 1) + (<usize>(panel * taps) << 5)
    for (let first = 0; first < count; first += PIXELS_OUT) {
      const some = min(PIXELS_OUT, count - first)
      for (let pixel = 0; pixel < some; pixel += 4) {
        const offsets = pixels + (<usize>(first + pixel) << 2)
        tileTaps(
          weights,
          pointer(args, TAP_OFFSETS),
          taps,
          gathered + <usize>load<u32>(offsets),
          gathered + <usize>load<u32>(offsets, 4),
          gathered + <usize>load<u32>(offsets, 8),
          gathered + <usize>load<u32>(offsets, 12),
          sums + (<usize>pixel << 5),
        )
      }
      finishTile(args, sums, outputs + (<usize>first << 2), some, batch * outPixels, 0, panel)
    }
  }
}

/** Eight columns of four pixels over all taps. */
function tileTaps(
  weights: usize,
  offsets: usize,
  taps: i32,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  sums: usize,
): void {
  let a0 = f32x4.splat(0)
  let a1 = f32x4.splat(0)
  let b0 = f32x4.splat(0)
  let b1 = f32x4.splat(0)
  let c0 = f32x4.splat(0)
  let c1 = f32x4.splat(0)
  let d0 = f32x4.splat(0)
  let d1 = f32x4.splat(0)
  const end = offsets + (<usize>taps << 2)
  while (offsets < end) {
    const at = <usize>load<u32>(offsets)
    const left = v128.load(weights)
    const right = v128.load(weights, 16)
    a0 = madd(v128.load(p0 + at), left, a0)
    a1 = madd(v128.load(p0 + at, 16), right, a1)
    b0 = madd(v128.load(p1 + at), left, b0)
    b1 = madd(v128.load(p1 + at, 16), right, b1)
    c0 = madd(v128.load(p2 + at), left, c0)
    c1 = madd(v128.load(p2 + at, 16), right, c1)
    d0 = madd(v128.load(p3 + at), left, d0)
    d1 = madd(v128.load(p3 + at, 16), right, d1)
    offsets += 4
    weights += 32
  }
  v128.store(sums, a0)
  v128.store(sums, a1, 16)
  v128.store(sums, b0, 32)
  v128.store(sums, b1, 48)
  v128.store(sums, c0, 64)
  v128.store(sums, c1, 80)
  v128.store(sums, d0, 96)
  v128.store(sums, d1, 112)
}

/** Gathers what one panel reads of one block's input as `[position][term][8]`, zeros outside. */
export function gatherLanes(
  args: usize,
  batch: i32,
  block: i32,
  panel: i32,
  target: usize,
): void {
  const sizeD = word(args, IN_SIZE)
  const sizeH = word(args, IN_SIZE + 1)
  const sizeW = word(args, IN_SIZE + 2)
  const gatherH = word(args, GATHER_SIZE + 1)
  const gatherW = word(args, GATHER_SIZE + 2)
  const inBytes = <usize>word(args, IN_CHANNELS) << 2
  const positionBytes = pointer(args, POSITION_BYTES)
  const lanes = pointer(args, LANES) + (<usize>(panel * word(args, TERMS)) << 5)
  const adjoining = word(args, ADJOINING) != 0
  const d0 = blockOrigin(args, block, 0) * word(args, IN_STRIDE) + word(args, IN_ORIGIN)
  const h0 = blockOrigin(args, block, 1) * word(args, IN_STRIDE + 1) + word(args, IN_ORIGIN + 1)
  const w0 = blockOrigin(args, block, 2) * word(args, IN_STRIDE + 2) + word(args, IN_ORIGIN + 2)
  const needD = (blockExtent(args, block, 0) - 1) * word(args, IN_STRIDE) + word(args, SPAN)
  const needH = (blockExtent(args, block, 1) - 1) * word(args, IN_STRIDE + 1) + word(args, SPAN + 1)
  const needW = (blockExtent(args, block, 2) - 1) * word(args, IN_STRIDE + 2) + word(args, SPAN + 2)
  const left = min(max(0, -w0), needW)
  const right = max(left, min(needW, sizeW - w0))
  const image = pointer(args, 0) + <usize>(batch * sizeD * sizeH * sizeW) * inBytes
  for (let d = 0; d < needD; d++) {
    const inD = d0 + d
    for (let h = 0; h < needH; h++) {
      const inH = h0 + h
      const row = target + <usize>((d * gatherH + h) * gatherW) * positionBytes
      if (inD < 0 || inD >= sizeD || inH < 0 || inH >= sizeH) {
        memory.fill(row, 0, <usize>needW * positionBytes)
        continue
      }
      if (left > 0) memory.fill(row, 0, <usize>left * positionBytes)
      const source = image + <usize>((inD * sizeH + inH) * sizeW + w0 + left) * inBytes
      const copied = row + <usize>left * positionBytes
      if (adjoining) copyAdjoining(copied, source, right - left, lanes, positionBytes, inBytes)
      else copyLanes(copied, source, right - left, lanes, positionBytes, inBytes)
      if (right < needW) {
        memory.fill(row + <usize>right * positionBytes, 0, <usize>(needW - right) * positionBytes)
      }
    }
  }
}

/** Both fours of every term are four neighbouring channels. */
function copyAdjoining(
  target: usize,
  source: usize,
  count: i32,
  lanes: usize,
  positionBytes: usize,
  inBytes: usize,
): void {
  for (let part: usize = 0; part < positionBytes; part += 16) {
    let from = source + <usize>load<u32>(lanes + part)
    let to = target + part
    for (let i = 0; i < count; i++) {
      v128.store(to, v128.load(from))
      from += inBytes
      to += positionBytes
    }
  }
}

function copyLanes(
  target: usize,
  source: usize,
  count: i32,
  lanes: usize,
  positionBytes: usize,
  inBytes: usize,
): void {
  for (let lane: usize = 0; lane < positionBytes; lane += 4) {
    let from = source + <usize>load<u32>(lanes + lane)
    let to = target + lane
    for (let i = 0; i < count; i++) {
      store<f32>(to, load<f32>(from))
      from += inBytes
      to += positionBytes
    }
  }
}
