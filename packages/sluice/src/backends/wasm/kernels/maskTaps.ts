// PixelCNN's mask on a weight [output][input][tap]: taps before the centre stay, later ones are zero.
// Arguments: 0 weight, 1 y, 2 rows = outputs · inputs, 3 rows of one chunk, 4 taps, 5 centre,
// 6 inputs, 7 inputs of one colour, 8 outputs of one colour, 9 whether an output sees its own colour.
import { pointer, word } from './record'

export function maskTaps(args: usize, chunk: i32): void {
  const first = chunk * word(args, 3)
  const last = min(word(args, 2), first + word(args, 3))
  const taps = word(args, 4)
  const inputs = word(args, 6)
  for (let row = first; row < last; row++) {
    const from = (row % inputs) / word(args, 7)
    const to = row / inputs / word(args, 8)
    const seen = word(args, 5) + (from < to || (from == to && word(args, 9) != 0) ? 1 : 0)
    const at = <usize>(row * taps) << 2
    const target = pointer(args, 1) + at
    memory.copy(target, pointer(args, 0) + at, <usize>seen << 2)
    memory.fill(target + (<usize>seen << 2), 0, <usize>(taps - seen) << 2)
  }
}
