// Convolution of one block of outputs, plain or gated, and (with other weights and taps) the input
// gradient. Direct sum over taps and channels:
//
//   plain  y = act(Σ x·w + b)          8 output channels a panel
//   gated  y = act(φ(Σ x·wf + bf) ⊙ γ(Σ x·wg + bg))     4 feature and 4 gate channels a panel
//
// Weights are packed [group][panel][tap][channel][8]. A tile is 4 pixels × 8 columns: eight vector
// accumulators, two weight vectors and four broadcast inputs per channel. Bias, gate, product and
// activation happen on the way out.
//
// Arguments: 0 x, 1 weights, 2 biases (0: none) [group][panel][8], 3 y, 4 saved (0: none), 5 gated,
// 6 relu at the end, 7 φ, 8 γ, 9 output channels of one group (of one branch), then the geometry,
// then 0 panels of a group, 1 panels of one chunk, 2 chunks of a group's panels.
import { activate4, RELU } from './activations'
import {
  BLOCK_COUNT,
  GROUP_CHANNELS,
  GROUPS,
  gatherBlock,
  IN_CHANNELS,
  IN_SIZE,
  listPixels,
  OUT_CHANNELS,
  OUT_SIZE,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  SEGMENTS,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { storeLanes } from './lanes'
import { madd } from './math'
import { pointer, word } from './record'

const PANELS = SCRATCH_FREE + 1
const PANELS_PER_CHUNK = SCRATCH_FREE + 2
const PANEL_CHUNKS = SCRATCH_FREE + 3

export function convBlock(args: usize, chunk: i32, scratch: usize): void {
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
  const taps = word(args, TAPS)
  const panelBytes = <usize>(taps * channels) << 5
  const count = listPixels(args, block, scratch)
  const pixels = scratch + pointer(args, SCRATCH_PIXELS)
  const sums = scratch + pointer(args, SCRATCH_FREE)
  const gathered = sums + 128
  for (let group = 0; group < word(args, GROUPS); group++) {
    gatherBlock(args, x, block, group * word(args, GROUP_CHANNELS), gathered)
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const index = <usize>(group * panels + panel)
      const weights = pointer(args, 1) + index * panelBytes
      for (let pixel = 0; pixel < count; pixel += 4) {
        const offsets = pixels + (<usize>pixel << 2)
        tile4x8(
          weights,
          pointer(args, TAP_OFFSETS),
          taps,
          channels,
          gathered + <usize>load<u32>(offsets),
          gathered + <usize>load<u32>(offsets, 4),
          gathered + <usize>load<u32>(offsets, 8),
          gathered + <usize>load<u32>(offsets, 12),
          sums,
        )
        finishTile(args, scratch, sums, batch * outPixels, group, panel, pixel, min(4, count - pixel))
      }
    }
  }
}

/** The sums of four pixels and eight columns over all taps and channels, stored as `[pixel][8]`. */
function tile4x8(
  weights: usize,
  tapOffsets: usize,
  taps: i32,
  channels: i32,
  pixel0: usize,
  pixel1: usize,
  pixel2: usize,
  pixel3: usize,
  sums: usize,
): void {
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s20 = f32x4.splat(0)
  let s21 = f32x4.splat(0)
  let s30 = f32x4.splat(0)
  let s31 = f32x4.splat(0)
  let w = weights
  for (let tap = 0; tap < taps; tap++) {
    const offset = <usize>load<u32>(tapOffsets + (<usize>tap << 2))
    let a0 = pixel0 + offset
    let a1 = pixel1 + offset
    let a2 = pixel2 + offset
    let a3 = pixel3 + offset
    for (let c = channels; c > 0; c--) {
      const w0 = v128.load(w)
      const w1 = v128.load(w, 16)
      const x0 = v128.load_splat<f32>(a0)
      const x1 = v128.load_splat<f32>(a1)
      const x2 = v128.load_splat<f32>(a2)
      const x3 = v128.load_splat<f32>(a3)
      s00 = madd(x0, w0, s00)
      s01 = madd(x0, w1, s01)
      s10 = madd(x1, w0, s10)
      s11 = madd(x1, w1, s11)
      s20 = madd(x2, w0, s20)
      s21 = madd(x2, w1, s21)
      s30 = madd(x3, w0, s30)
      s31 = madd(x3, w1, s31)
      w += 32
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
    }
  }
  v128.store(sums, s00)
  v128.store(sums, s01, 16)
  v128.store(sums, s10, 32)
  v128.store(sums, s11, 48)
  v128.store(sums, s20, 64)
  v128.store(sums, s21, 80)
  v128.store(sums, s30, 96)
  v128.store(sums, s31, 112)
}

/** Bias, gate, product, activation, and the store of what exists of the tile. */
function finishTile(
  args: usize,
  scratch: usize,
  sums: usize,
  firstOutput: i32,
  group: i32,
  panel: i32,
  pixel: i32,
  count: i32,
): void {
  const outputs = scratch + pointer(args, SCRATCH_OUTPUTS) + (<usize>pixel << 2)
  const biases = pointer(args, 2)
  const bias = biases + (<usize>(group * word(args, PANELS) + panel) << 5)
  const b0 = biases == 0 ? f32x4.splat(0) : v128.load(bias)
  const b1 = biases == 0 ? f32x4.splat(0) : v128.load(bias, 16)
  const gated = word(args, 5) != 0
  const relu = word(args, 6) != 0
  const groupOutputs = word(args, 9)
  const outChannels = word(args, OUT_CHANNELS)
  const column = panel * (gated ? 4 : 8)
  const channel = group * groupOutputs + column
  const columns = groupOutputs - column
  for (let i = 0; i < count; i++) {
    const at = firstOutput + load<u32>(outputs + (<usize>i << 2))
    let first = f32x4.add(v128.load(sums + (<usize>i << 5)), b0)
    let second = f32x4.add(v128.load(sums + (<usize>i << 5), 16), b1)
    const y = pointer(args, 3) + (<usize>(at * outChannels + channel) << 2)
    if (gated) {
      const saved = pointer(args, 4)
      if (saved != 0) {
        const place = saved + (<usize>(at * outChannels * 2 + channel) << 2)
        storeLanes(place, first, columns)
        storeLanes(place + (<usize>outChannels << 2), second, columns)
      }
      if (pointer(args, 3) != 0) {
        let gatedSum = f32x4.mul(activate4(word(args, 7), first), activate4(word(args, 8), second))
        if (relu) gatedSum = activate4(RELU, gatedSum)
        storeLanes(y, gatedSum, columns)
      }
    } else {
      if (relu) {
        first = activate4(RELU, first)
        second = activate4(RELU, second)
      }
      storeLanes(y, first, columns)
      if (columns > 4) storeLanes(y + 16, second, columns - 4)
    }
  }
}
