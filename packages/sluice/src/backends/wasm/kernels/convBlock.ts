// Convolution of one block of outputs, plain or gated, and (with other weights and taps) the input
// gradient. Direct sum over taps and channels:
//
//   plain  y = act(Σ x·w + b)          8 output channels a panel
//   gated  y = act(φ(Σ x·wf + bf) ⊙ γ(Σ x·wg + bg))     4 feature and 4 gate channels a panel
//
// Weights are packed [group][panel][tap][channel][8]. A tile is 4 pixels × 8 columns: eight vector
// accumulators, two weight vectors and four broadcast inputs per channel.
//
// Arguments: 0 x, 1 weights, 2–9 as in finishTile.ts, then the geometry, then 0 panels of a group,
// 1 panels of one chunk, 2 chunks of a group's panels, 3 floats of one run. A run is what lies side by
// side for neighbouring taps: three taps along W with all their channels are one long sum.
import {
  BLOCK_COUNT,
  GROUP_CHANNELS,
  GROUPS,
  gatherBlock,
  IN_CHANNELS,
  IN_SIZE,
  listPixels,
  OUT_SIZE,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { finishTile, PANELS } from './finishTile'
import { madd } from './math'
import { pointer, word } from './record'

const PANELS_PER_CHUNK = SCRATCH_FREE + 2
const PANEL_CHUNKS = SCRATCH_FREE + 3
const RUN_FLOATS = SCRATCH_FREE + 4

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
  const runFloats = word(args, RUN_FLOATS)
  const runs = word(args, TAPS)
  const panelBytes = <usize>(runs * runFloats) << 5
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
          runs,
          runFloats,
          gathered + <usize>load<u32>(offsets),
          gathered + <usize>load<u32>(offsets, 4),
          gathered + <usize>load<u32>(offsets, 8),
          gathered + <usize>load<u32>(offsets, 12),
          sums,
        )
        const outputs = scratch + pointer(args, SCRATCH_OUTPUTS) + (<usize>pixel << 2)
        finishTile(args, sums, outputs, min(4, count - pixel), batch * outPixels, group, panel)
      }
    }
  }
}

/**
 * The sums of four pixels and eight columns, stored as `[pixel][8]`: `runs` runs of `floats` floats
 * each, found at `offsets` from every pixel. Weights lie in the same order, eight to a float.
 */
export function tile4x8(
  weights: usize,
  offsets: usize,
  runs: i32,
  floats: i32,
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
  for (let run = 0; run < runs; run++) {
    const offset = <usize>load<u32>(offsets + (<usize>run << 2))
    let a0 = pixel0 + offset
    let a1 = pixel1 + offset
    let a2 = pixel2 + offset
    let a3 = pixel3 + offset
    // One float a turn: two would need more than the sixteen vector registers, and engines that load
    // early would then keep sums in memory.
    for (let left = floats; left > 0; left--) {
      const w0 = v128.load(w)
      const w1 = v128.load(w, 16)
      const x0 = v128.load_splat<f32>(a0)
      s00 = madd(x0, w0, s00)
      s01 = madd(x0, w1, s01)
      const x1 = v128.load_splat<f32>(a1)
      s10 = madd(x1, w0, s10)
      s11 = madd(x1, w1, s11)
      const x2 = v128.load_splat<f32>(a2)
      s20 = madd(x2, w0, s20)
      s21 = madd(x2, w1, s21)
      const x3 = v128.load_splat<f32>(a3)
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
