// Weights in Winograd's domain: U = G·w·Gᵀ, packed as winograd.ts reads them.
import { pointer, word } from './record'
import { transformTaps } from './winogradTransforms'

/**
 * Arguments: 0 weight, 1 gate weight (0: none), 2 bias (0: none), 3 gate bias, 4 U, 5 packed biases,
 * 6 outputs of a group, 7 channels of a group, 8 taps of the whole kernel, 9 panels of a group,
 * 10 depth taps, 11 pointer to the indices of the taps, [depth tap][3][3], 12 backward. Forward rows
 * are input channels and columns outputs (with a gate: 4 features, 4 gates); backward rows are
 * [branch][output] and columns input channels. A chunk is one panel of one group.
 */
export function winogradPack(args: usize, chunk: i32, scratch: usize): void {
  const backward = word(args, 12) != 0
  const gated = pointer(args, 1) != 0
  const outputs = word(args, 6)
  const channels = word(args, 7)
  const taps = word(args, 8)
  const panels = word(args, 9)
  const depthTaps = word(args, 10)
  const group = chunk / panels
  const panel = chunk % panels
  const rows = backward ? outputs * (gated ? 2 : 1) : channels
  const positionFloats = depthTaps * rows * 8
  const target = pointer(args, 4) + (<usize>(chunk * 36 * positionFloats) << 2)
  for (let column = 0; column < 8; column++) {
    let gate = !backward && gated && column >= 4
    const local = !backward && gated ? panel * 4 + (column & 3) : panel * 8 + column
    const columns = backward ? channels : outputs
    const exists = local < columns
    for (let row = 0; row < rows; row++) {
      if (backward) gate = row >= outputs
      const output = group * outputs + (backward ? (gate ? row - outputs : row) : local)
      const channel = backward ? local : row
      const weight =
        pointer(args, gate ? 1 : 0) + (<usize>((output * channels + channel) * taps) << 2)
      for (let depth = 0; depth < depthTaps; depth++) {
        const place = target + (<usize>(((depth * rows + row) << 3) + column) << 2)
        transformKernel(args, exists ? weight : 0, depth, scratch)
        for (let position: usize = 0; position < 36; position++) {
          const value = <f32>load<f64>(scratch + 144 + (position << 3))
          store<f32>(place + position * (<usize>positionFloats << 2), value)
        }
      }
    }
    const bias: usize = backward ? 0 : pointer(args, gate ? 3 : 2)
    if (bias != 0) {
      const value = exists ? load<f32>(bias + (<usize>(group * outputs + local) << 2)) : 0
      store<f32>(pointer(args, 5) + (<usize>((chunk << 3) + column) << 2), value)
    }
  }
}

/** G·w·Gᵀ of one 3 × 3 kernel (zeros where there is no weight), 36 doubles at scratch + 144. */
function transformKernel(args: usize, weight: usize, depth: i32, scratch: usize): void {
  const indices = pointer(args, 11) + <usize>(depth * 36)
  const grid = scratch + 432
  for (let i: usize = 0; i < 9; i++) {
    const tap = <usize>load<u32>(indices + (i << 2))
    store<f64>(grid + (i << 3), weight == 0 ? 0 : <f64>load<f32>(weight + (tap << 2)))
  }
  for (let w: usize = 0; w < 3; w++) transformTaps(grid + (w << 3), 24, scratch + (w << 3), 24)
  for (let h: usize = 0; h < 6; h++) transformTaps(scratch + h * 24, 8, scratch + 144 + h * 48, 8)
}
