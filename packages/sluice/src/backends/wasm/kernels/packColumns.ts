// Columns of the output gradient, as the kernels of the weight gradient read them.
//
// Arguments: 1 dy, 5 outputs of a group in one branch, 6 branches, 7 outputs of one branch,
// 10 channels of dy.
import { pointer, word } from './record'
import { OUTSIDE } from './winogradTiles'

const OUT_CHANNELS = 10

/**
 * Copies eight columns of dy (branches side by side) to `[pixel][8]` for the pixels listed at
 * `indices` (`firstPixel` added to each), zeros where columns or pixels do not exist.
 */
export function packColumns(
  args: usize,
  indices: usize,
  target: usize,
  firstPixel: i32,
  group: i32,
  panel: i32,
  count: i32,
): void {
  const outputs = word(args, 5)
  const columns = outputs * word(args, 6)
  const outChannels = word(args, OUT_CHANNELS)
  const first = panel * 8
  const dy = pointer(args, 1) + (<usize>(firstPixel * outChannels) << 2)
  // Eight columns that lie side by side in one branch are two vectors.
  const straight = first + 8 <= outputs || (first >= outputs && first + 8 <= columns)
  const base =
    first < outputs ? group * outputs + first : word(args, 7) + group * outputs + first - outputs
  for (let i = 0; i < count; i++) {
    const index = load<u32>(indices + (<usize>i << 2))
    const to = target + (<usize>i << 5)
    if (index == OUTSIDE) {
      v128.store(to, f32x4.splat(0))
      v128.store(to, f32x4.splat(0), 16)
      continue
    }
    const pixel = dy + (<usize>(index * outChannels) << 2)
    if (straight) {
      v128.store(to, v128.load(pixel + (<usize>base << 2)))
      v128.store(to, v128.load(pixel + (<usize>base << 2), 16), 16)
      continue
    }
    for (let column = 0; column < 8; column++) {
      const local = first + column
      let value: f32 = 0
      if (local < columns) {
        const branch = local / outputs
        const channel = branch * word(args, 7) + group * outputs + (local % outputs)
        value = load<f32>(pixel + (<usize>channel << 2))
      }
      store<f32>(to + (<usize>column << 2), value)
    }
  }
}
