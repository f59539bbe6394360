// The way out of every convolution kernel: bias, gate, product and activation in registers.
//
// Sums of some pixels stand as [pixel][8]. A plain convolution has eight output channels there, a
// gated one four features and their four gates.
//
// Arguments: 2 packed biases [group][panel][8] (0: none), 3 y (0: none), 4 saved sums [pixel]
// [features | gates] (0: none), 5 gated, 6 relu at the end, 7 φ, 8 γ, 9 outputs of a group,
// 10 output channels of all groups, 11 panels of a group.
import { ELU, NONE, RELU, SIGMOID, TANH } from '../abi/activationCodes'
import { activate4, elu4 } from './activations'
import { storeLanes } from './lanes'
import { sigmoid4, tanh4 } from './math'
import { pointer, word } from './record'
import { OUTSIDE } from './winogradTiles'

const OUT_CHANNELS = 10
export const PANELS = 11

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
  if (!gated) {
    finishPlain(args, sums, outputs, count, firstOutput, channel, columns, b0, b1)
  } else if (columns < 4 || word(args, 8) != SIGMOID) {
    finishGated(args, sums, outputs, count, firstOutput, channel, columns, b0, b1)
  } else if (word(args, 7) == NONE) {
    finishSigmoid(args, sums, outputs, count, firstOutput, channel, b0, b1, NONE)
  } else if (word(args, 7) == ELU) {
    finishSigmoid(args, sums, outputs, count, firstOutput, channel, b0, b1, ELU)
  } else if (word(args, 7) == TANH) {
    finishSigmoid(args, sums, outputs, count, firstOutput, channel, b0, b1, TANH)
  } else {
    finishGated(args, sums, outputs, count, firstOutput, channel, columns, b0, b1)
  }
}

function finishPlain(
  args: usize,
  sums: usize,
  outputs: usize,
  count: i32,
  firstOutput: i32,
  channel: i32,
  columns: i32,
  b0: v128,
  b1: v128,
): void {
  const outChannels = word(args, OUT_CHANNELS)
  const floor = f32x4.splat(word(args, 6) != 0 ? 0 : -Infinity)
  const target = pointer(args, 3) + (<usize>channel << 2)
  for (let i = 0; i < count; i++) {
    const output = load<u32>(outputs + (<usize>i << 2))
    if (output == OUTSIDE) continue
    // pmax(x, 0) is x unless x < 0, so NaN stays NaN.
    const first = f32x4.pmax(f32x4.add(v128.load(sums + (<usize>i << 5)), b0), floor)
    const second = f32x4.pmax(f32x4.add(v128.load(sums + (<usize>i << 5), 16), b1), floor)
    const y = target + (<usize>((firstOutput + output) * outChannels) << 2)
    if (columns >= 8) {
      v128.store(y, first)
      v128.store(y, second, 16)
      continue
    }
    storeLanes(y, first, columns)
    if (columns > 4) storeLanes(y + 16, second, columns - 4)
  }
}

/**
 * The usual gates, φ(f) · σ(g) with φ the identity, ELU or tanh and all four channels there: `feature` is
 * known when this is compiled, so nothing is left to decide inside.
 */
// @ts-ignore: decorator
@inline
function finishSigmoid(
  args: usize,
  sums: usize,
  outputs: usize,
  count: i32,
  firstOutput: i32,
  channel: i32,
  featureBias: v128,
  gateBias: v128,
  feature: i32,
): void {
  const target = pointer(args, 3)
  const saved = pointer(args, 4)
  const outChannels = word(args, OUT_CHANNELS)
  const floor = f32x4.splat(word(args, 6) != 0 ? 0 : -Infinity)
  for (let i = 0; i < count; i++) {
    const output = load<u32>(outputs + (<usize>i << 2))
    if (output == OUTSIDE) continue
    const first = <usize>((firstOutput + output) * outChannels)
    const f = f32x4.add(v128.load(sums + (<usize>i << 5)), featureBias)
    const g = f32x4.add(v128.load(sums + (<usize>i << 5), 16), gateBias)
    if (saved != 0) {
      const place = saved + ((2 * first + <usize>channel) << 2)
      v128.store(place, f)
      v128.store(place + (<usize>outChannels << 2), g)
      if (target == 0) continue
    }
    const value = feature == ELU ? elu4(f) : feature == TANH ? tanh4(f) : f
    const y = f32x4.pmax(f32x4.mul(value, sigmoid4(g)), floor)
    v128.store(target + ((first + <usize>channel) << 2), y)
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
