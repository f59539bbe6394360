// The way out of every forward kernel: bias, gate, product, activation, and the store of what exists.
//
// Sums lie as [pixel][8 columns]. Words of the record: 2 biases (0: none) [group][panel][8], 3 y,
// 4 saved (0: none), 5 gated, 6 relu at the end, 7 φ, 8 γ, 9 output channels of one group.
import { activate4, RELU } from './activations'
import { OUT_CHANNELS, SCRATCH_FREE } from './convGeometry'
import { storeLanes } from './lanes'
import { pointer, word } from './record'

/** Panels of one group, after the geometry of every block kernel. */
export const PANELS = SCRATCH_FREE + 1

/** Marks a pixel of a tile that lies outside the output. */
export const OUTSIDE: u32 = 0xffffffff

/** Finishes `count` pixels whose output indices stand in `outputs`, `firstOutput` added to each. */
export function finishTile(
  args: usize,
  sums: usize,
  outputs: usize,
  count: i32,
  firstOutput: i32,
  group: i32,
  panel: i32,
): void {
  const biases = pointer(args, 2)
  const bias = biases + (<usize>(group * word(args, PANELS) + panel) << 5)
  const b0 = biases == 0 ? f32x4.splat(0) : v128.load(bias)
  const b1 = biases == 0 ? f32x4.splat(0) : v128.load(bias, 16)
  const gated = word(args, 5) != 0
  const groupOutputs = word(args, 9)
  const column = panel * (gated ? 4 : 8)
  const channel = group * groupOutputs + column
  const columns = groupOutputs - column
  if (gated) {
    finishGated(args, sums, outputs, count, firstOutput, channel, columns, b0, b1)
    return
  }
  const outChannels = word(args, OUT_CHANNELS)
  const relu = word(args, 6) != 0
  for (let i = 0; i < count; i++) {
    const output = load<u32>(outputs + (<usize>i << 2))
    if (output == OUTSIDE) continue
    let first = f32x4.add(v128.load(sums + (<usize>i << 5)), b0)
    let second = f32x4.add(v128.load(sums + (<usize>i << 5), 16), b1)
    if (relu) {
      first = activate4(RELU, first)
      second = activate4(RELU, second)
    }
    const y = pointer(args, 3) + (<usize>((firstOutput + output) * outChannels + channel) << 2)
    storeLanes(y, first, columns)
    if (columns > 4) storeLanes(y + 16, second, columns - 4)
  }
}

function finishGated(
  args: usize,
  sums: usize,
  outputs: usize,
  count: i32,
  firstOutput: i32,
  channel: i32,
  columns: i32,
  featureBias: v128,
  gateBias: v128,
): void {
  const target = pointer(args, 3)
  const saved = pointer(args, 4)
  const relu = word(args, 6) != 0
  const feature = word(args, 7)
  const gate = word(args, 8)
  const outChannels = word(args, OUT_CHANNELS)
  for (let i = 0; i < count; i++) {
    const output = load<u32>(outputs + (<usize>i << 2))
    if (output == OUTSIDE) continue
    const at = firstOutput + output
    const f = f32x4.add(v128.load(sums + (<usize>i << 5)), featureBias)
    const g = f32x4.add(v128.load(sums + (<usize>i << 5), 16), gateBias)
    if (saved != 0) {
      const place = saved + (<usize>(at * outChannels * 2 + channel) << 2)
      storeLanes(place, f, columns)
      storeLanes(place + (<usize>outChannels << 2), g, columns)
    }
    if (target == 0) continue
    let y = f32x4.mul(activate4(feature, f), activate4(gate, g))
    if (relu) y = activate4(RELU, y)
    storeLanes(target + (<usize>(at * outChannels + channel) << 2), y, columns)
  }
}
