// Weights as the convolution kernels read them: [group][panel][tap][channel][8 columns], zeros in
// columns that do not exist.
import { pointer, word } from './record'

/**
 * Forward. Arguments: 0 weight, 1 gate weight (0: none), 2 bias (0: none), 3 gate bias, 4 packed
 * weights, 5 packed biases, 6 outputs of a group, 7 channels of a group, 8 taps, 9 panels of a group.
 * With a gate, columns 0–3 are features and 4–7 their gates. A chunk is one panel of one group.
 */
export function packWeights(args: usize, chunk: i32): void {
  const gated = pointer(args, 1) != 0
  const outputs = word(args, 6)
  const channels = word(args, 7)
  const taps = word(args, 8)
  const panels = word(args, 9)
  const group = chunk / panels
  const panel = chunk % panels
  const target = pointer(args, 4) + (<usize>(chunk * taps * channels) << 5)
  for (let column = 0; column < 8; column++) {
    const gate = gated && column >= 4
    const local = gated ? panel * 4 + (column & 3) : panel * 8 + column
    const exists = local < outputs
    const output = group * outputs + local
    const weight = pointer(args, gate ? 1 : 0) + (<usize>(output * channels * taps) << 2)
    for (let channel = 0; channel < channels; channel++) {
      for (let tap = 0; tap < taps; tap++) {
        const value = exists ? load<f32>(weight + (<usize>(channel * taps + tap) << 2)) : 0
        store<f32>(target + (<usize>(((tap * channels + channel) << 3) + column) << 2), value)
      }
    }
    const bias = pointer(args, gate ? 3 : 2)
    if (bias != 0) {
      const value = exists ? load<f32>(bias + (<usize>output << 2)) : 0
      store<f32>(pointer(args, 5) + (<usize>((chunk << 3) + column) << 2), value)
    }
  }
}

/**
 * Input gradient: the roles of channels change, and only some taps take part (those that meet one
 * phase of a strided convolution). Arguments: 0 weight, 1 gate weight (0: none), 2 packed weights,
 * 3 outputs of a group, 4 channels of a group, 5 taps of the kernel, 6 panels of a group, 7 taps that
 * take part, 8 pointer to their indices. Rows are [branch][output], columns are input channels.
 */
export function packWeightsBackward(args: usize, chunk: i32): void {
  const outputs = word(args, 3)
  const channels = word(args, 4)
  const taps = word(args, 5)
  const panels = word(args, 6)
  const used = word(args, 7)
  const branches = pointer(args, 1) != 0 ? 2 : 1
  const rows = outputs * branches
  const group = chunk / panels
  const panel = chunk % panels
  const target = pointer(args, 2) + (<usize>(chunk * used * rows) << 5)
  for (let i = 0; i < used; i++) {
    const tap = load<u32>(pointer(args, 8) + (<usize>i << 2))
    for (let row = 0; row < rows; row++) {
      const weight = pointer(args, row < outputs ? 0 : 1)
      const output = group * outputs + (row < outputs ? row : row - outputs)
      for (let column = 0; column < 8; column++) {
        const channel = panel * 8 + column
        const value =
          channel < channels
            ? load<f32>(weight + (<usize>((output * channels + channel) * taps + tap) << 2))
            : 0
        store<f32>(target + (<usize>(((i * rows + row) << 3) + column) << 2), value)
      }
    }
  }
}
