// Gradient of act(φ(f) ⊙ γ(g)) with respect to f and g, from the saved f and g. May run in place.
// Arguments: 0 saved, 1 dy, 2 gradients [pixel][f channels | g channels], 3 pixels, 4 channels,
// 5 pixels of one chunk, 6 φ, 7 γ, 8 relu at the end.
import { activate4, derivativeFromValue4 } from './activations'
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

export function gateBackward(args: usize, chunk: i32): void {
  const channels = word(args, 4)
  const first = chunk * word(args, 5)
  const last = min(word(args, 3), first + word(args, 5))
  const feature = word(args, 6)
  const gate = word(args, 7)
  const relu = word(args, 8) != 0
  const half = <usize>channels << 2
  for (let pixel = first; pixel < last; pixel++) {
    const offset = <usize>(pixel * channels) << 2
    for (let channel = 0; channel < channels; channel += 4) {
      const at = <usize>channel << 2
      const count = channels - channel
      const source = pointer(args, 0) + (offset << 1) + at
      const f = loadLanes(source, count)
      const g = loadLanes(source + half, count)
      let dy = loadLanes(pointer(args, 1) + offset + at, count)
      const featureValue = activate4(feature, f)
      const gateValue = activate4(gate, g)
      if (relu) {
        dy = v128.and(dy, f32x4.gt(f32x4.mul(featureValue, gateValue), f32x4.splat(0)))
      }
      const df = f32x4.mul(f32x4.mul(dy, gateValue), derivativeFromValue4(feature, f, featureValue))
      const dg = f32x4.mul(f32x4.mul(dy, featureValue), derivativeFromValue4(gate, g, gateValue))
      const target = pointer(args, 2) + (offset << 1) + at
      storeLanes(target, df, count)
      storeLanes(target + half, dg, count)
    }
  }
}
