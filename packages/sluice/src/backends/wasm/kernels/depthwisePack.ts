// Weights of depthwise convolutions as `depthwise.ts` reads them: [panel][tap][term][8].
import { pointer, word } from './record'

/** A column that does not exist. */
const NONE: u32 = 0xffffffff
/** Marks a row of the gate's weights. */
const GATE: u32 = 0x80000000

/**
 * Arguments: 0 weight, 1 gate weight (0: none), 2 bias (0: none), 3 gate bias, 4 packed weights, 5 packed
 * biases [panel][8], 6 pointer to the rows of the columns [panel][term][8], 7 terms, 8 taps of the
 * kernel, 9 taps that take part, 10 pointer to their indices. A chunk is one panel.
 */
export function depthwisePack(args: usize, chunk: i32): void {
  const terms = word(args, 7)
  const taps = word(args, 8)
  const used = word(args, 9)
  const rows = pointer(args, 6) + (<usize>(chunk * terms) << 5)
  let target = pointer(args, 4) + (<usize>(chunk * used * terms) << 5)
  for (let i = 0; i < used; i++) {
    const tap = load<u32>(pointer(args, 10) + (<usize>i << 2))
    for (let column: usize = 0; column < <usize>terms << 3; column++) {
      const row = load<u32>(rows + (column << 2))
      const place = <usize>((row & ~GATE) * taps + tap) << 2
      const weight = pointer(args, (row & GATE) != 0 ? 1 : 0)
      store<f32>(target, row == NONE ? <f32>0 : load<f32>(weight + place))
      target += 4
    }
  }
  if (pointer(args, 2) == 0) return
  for (let column: usize = 0; column < 8; column++) {
    const row = load<u32>(rows + (column << 2))
    const place = <usize>(row & ~GATE) << 2
    const bias = pointer(args, (row & GATE) != 0 ? 3 : 2)
    const value = row == NONE ? <f32>0 : load<f32>(bias + place)
    store<f32>(pointer(args, 5) + (<usize>chunk << 5) + (column << 2), value)
  }
}
