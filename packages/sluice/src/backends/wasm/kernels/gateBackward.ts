// Gradient of act(φ(f) ⊙ γ(g)) with respect to f and g, from the saved f and g. May run in place.
// Arguments: 0 saved, 1 dy, 2 gradients [pixel][f channels | g channels], 3 pixels, 4 channels,
// 5 pixels of one chunk, 6 φ, 7 γ, 8 relu at the end.
import { NONE, SIGMOID } from '../abi/activationCodes'
import { activate4, derivativeFromValue4 } from './activations'
import { constant, ONE } from './constants'
import { loadLanes, storeLanes } from './lanes'
import { sigmoid4, withoutDust4 } from './math'
import { pointer, word } from './record'

export function gateBackward(args: usize, chunk: i32): void {
  const channels = word(args, 4)
  const first = chunk * word(args, 5)
  const last = min(word(args, 3), first + word(args, 5))
  const usual = word(args, 6) == NONE && word(args, 7) == SIGMOID && (channels & 3) == 0
  for (let pixel = first; pixel < last; pixel++) {
    const offset = <usize>(pixel * channels) << 2
    const saved = pointer(args, 0) + (offset << 1)
    const dy = pointer(args, 1) + offset
    const target = pointer(args, 2) + (offset << 1)
    if (usual) sigmoidPixel(saved, dy, target, channels, word(args, 8) != 0)
    else gatedPixel(args, saved, dy, target, channels)
  }
}

/** The usual gate, f · σ(g), in whole vectors. */
// @ts-ignore: decorator
@inline
function sigmoidPixel(saved: usize, dy: usize, target: usize, channels: i32, relu: bool): void {
  const half = <usize>channels << 2
  // Without ReLU at the end nothing is closed.
  const all = i32x4.splat(relu ? 0 : -1)
  for (let at: usize = 0; at < half; at += 16) {
    const f = v128.load(saved + at)
    const opening = sigmoid4(v128.load(saved + at + half))
    const open = v128.or(all, f32x4.gt(f32x4.mul(f, opening), f32x4.splat(0)))
    const slope = f32x4.mul(v128.and(v128.load(dy + at), open), opening)
    const dg = f32x4.mul(f32x4.mul(slope, f), f32x4.sub(constant(ONE), opening))
    v128.store(target + at, withoutDust4(slope))
    v128.store(target + at + half, withoutDust4(dg))
  }
}

function gatedPixel(args: usize, saved: usize, dy: usize, target: usize, channels: i32): void {
  const feature = word(args, 6)
  const gate = word(args, 7)
  const half = <usize>channels << 2
  for (let channel = 0; channel < channels; channel += 4) {
    const at = <usize>channel << 2
    const count = channels - channel
    const f = loadLanes(saved + at, count)
    const g = loadLanes(saved + at + half, count)
    let slope = loadLanes(dy + at, count)
    const featureValue = activate4(feature, f)
    const gateValue = activate4(gate, g)
    if (word(args, 8) != 0) {
      slope = v128.and(slope, f32x4.gt(f32x4.mul(featureValue, gateValue), f32x4.splat(0)))
    }
    const df = f32x4.mul(f32x4.mul(slope, gateValue), derivativeFromValue4(feature, f, featureValue))
    const dg = f32x4.mul(f32x4.mul(slope, featureValue), derivativeFromValue4(gate, g, gateValue))
    storeLanes(target + at, withoutDust4(df), count)
    storeLanes(target + at + half, withoutDust4(dg), count)
  }
}
