// A feature opened by a gate that was made elsewhere: y = act(φ(f) · γ(g)), and its gradients. The
// gate has as many channels as the feature, or fewer that serve several each, and may stand still
// along axes of space.
//
// Arguments of both: 0 feature, 1 gate, 2–4 as noted, 5 pixels, 6 channels, 7 pixels of one chunk,
// 8 φ, 9 γ, 10 relu at the end, 11 channels that one gate serves, 12 whether gates lie as the
// feature's pixels do; if not: 13–15 D H W, 16 gate pixels of one sample, 17–19 gate pixels from one
// position of D, H and W to the next (0: stands still).
import { RELU } from '../abi/activationCodes'
import { activate4, derivativeFromValue4 } from './activations'
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

/** The gate's pixel for a pixel of the feature. */
function gatePixel(args: usize, pixel: i32): i32 {
  if (word(args, 12) != 0) return pixel
  const width = word(args, 15)
  const w = pixel % width
  const row = pixel / width
  const h = row % word(args, 14)
  const plane = row / word(args, 14)
  const d = plane % word(args, 13)
  const n = plane / word(args, 13)
  const inSample = d * word(args, 17) + h * word(args, 18) + w * word(args, 19)
  return n * word(args, 16) + inSample
}

/** The gates of the channels from `channel` on, `count` of them at most four. */
// @ts-ignore: decorator
@inline
function gateLanes(gates: usize, channel: i32, count: i32, perGate: i32): v128 {
  if (perGate == 1) return loadLanes(gates + (<usize>channel << 2), count)
  const first = channel / perGate
  const value = v128.load32_splat(gates + (<usize>first << 2))
  if (channel + min(count, 4) <= (first + 1) * perGate) return value
  return severalGates(gates, channel, count, perGate, value)
}

/** Four channels that fall to more than one gate; the first is in every lane already. */
function severalGates(gates: usize, channel: i32, count: i32, perGate: i32, first: v128): v128 {
  let value = first
  const second = gates + (<usize>((channel + 1) / perGate) << 2)
  value = f32x4.replace_lane(value, 1, load<f32>(second))
  if (count > 2) {
    const third = gates + (<usize>((channel + 2) / perGate) << 2)
    value = f32x4.replace_lane(value, 2, load<f32>(third))
  }
  if (count > 3) {
    const fourth = gates + (<usize>((channel + 3) / perGate) << 2)
    value = f32x4.replace_lane(value, 3, load<f32>(fourth))
  }
  return value
}

/** 2 y. May run in the feature's place. */
export function gateProduct(args: usize, chunk: i32): void {
  const channels = word(args, 6)
  const perGate = word(args, 11)
  const first = chunk * word(args, 7)
  const last = min(word(args, 5), first + word(args, 7))
  const relu = word(args, 10) != 0
  for (let pixel = first; pixel < last; pixel++) {
    const offset = <usize>(pixel * channels) << 2
    const gates = pointer(args, 1) + (<usize>(gatePixel(args, pixel) * (channels / perGate)) << 2)
    for (let channel = 0; channel < channels; channel += 4) {
      const at = offset + (<usize>channel << 2)
      const count = channels - channel
      const feature = activate4(word(args, 8), loadLanes(pointer(args, 0) + at, count))
      const gate = activate4(word(args, 9), gateLanes(gates, channel, count, perGate))
      let y = f32x4.mul(feature, gate)
      if (relu) y = activate4(RELU, y)
      storeLanes(pointer(args, 2) + at, y, count)
    }
  }
}

/**
 * 2 dy, 3 gradient of the feature (0: none), 4 gradient of the gate, one element for each of the
 * feature's, still to be summed where gates are shared (0: none). May run in dy's place.
 */
export function gateProductBackward(args: usize, chunk: i32): void {
  const channels = word(args, 6)
  const perGate = word(args, 11)
  const first = chunk * word(args, 7)
  const last = min(word(args, 5), first + word(args, 7))
  const featureKind = word(args, 8)
  const gateKind = word(args, 9)
  const relu = word(args, 10) != 0
  for (let pixel = first; pixel < last; pixel++) {
    const offset = <usize>(pixel * channels) << 2
    const gates = pointer(args, 1) + (<usize>(gatePixel(args, pixel) * (channels / perGate)) << 2)
    for (let channel = 0; channel < channels; channel += 4) {
      const at = offset + (<usize>channel << 2)
      const count = channels - channel
      const f = loadLanes(pointer(args, 0) + at, count)
      const g = gateLanes(gates, channel, count, perGate)
      const feature = activate4(featureKind, f)
      const gate = activate4(gateKind, g)
      let dy = loadLanes(pointer(args, 2) + at, count)
      if (relu) dy = v128.and(dy, f32x4.gt(f32x4.mul(feature, gate), f32x4.splat(0)))
      if (pointer(args, 3) != 0) {
        const slope = derivativeFromValue4(featureKind, f, feature)
        storeLanes(pointer(args, 3) + at, f32x4.mul(f32x4.mul(dy, gate), slope), count)
      }
      if (pointer(args, 4) != 0) {
        const slope = derivativeFromValue4(gateKind, g, gate)
        storeLanes(pointer(args, 4) + at, f32x4.mul(f32x4.mul(dy, feature), slope), count)
      }
    }
  }
}
