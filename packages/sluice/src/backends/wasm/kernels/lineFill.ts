// Straight lines through the hole of a picture, channels last. A chunk is one direction of one sample:
// a sweep there and one back carry the place of the last known pixel along the line, and a third pass
// mixes the two. Between passes, both places are kept where the first two facts of the line will stand.
//
// Arguments: 0 picture, 1 mask, 2 y, 3 channels, 4 height, 5 width, 6 directions, 7 what is added to
// steps, 8… steps to the right and down of each direction.
import { pointer, word } from './record'

const FACTS = 3
const HALF_NEAR: f32 = 4

export function lineFill(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const height = word(args, 4)
  const width = word(args, 5)
  const lines = word(args, 6)
  const line = chunk % lines
  const right = word(args, 8 + 2 * line) - word(args, 7)
  const down = word(args, 9 + 2 * line) - word(args, 7)
  const area = height * width
  const outChannels = lines * (channels + FACTS)
  const item = chunk / lines
  const picture = pointer(args, 0) + (<usize>(item * area * channels) << 2)
  const mask = pointer(args, 1) + (<usize>(item * area) << 2)
  const output = pointer(args, 2) + (<usize>(item * area * outChannels) << 2)
  const facts = output + (<usize>(lines * channels + line * FACTS) << 2)
  const pixelBytes = <usize>outChannels << 2

  for (let at = 0; at < area; at++) {
    store<i32>(facts + <usize>at * pixelBytes, endAt(mask, facts, at, -right, -down, width, height, pixelBytes))
  }
  for (let at = area - 1; at >= 0; at--) {
    const end = endAt(mask, facts + 4, at, right, down, width, height, pixelBytes)
    store<i32>(facts + 4 + <usize>at * pixelBytes, end)
  }

  const colours = output + (<usize>(line * channels) << 2)
  for (let at = 0; at < area; at++) {
    const fact = facts + <usize>at * pixelBytes
    const a = load<i32>(fact)
    const b = load<i32>(fact, 4)
    const nearA = a < 0 ? <f32>0 : distance(at, a, right, down, width)
    const nearB = b < 0 ? <f32>0 : distance(at, b, right, down, width)
    const span = nearA + nearB
    const part = span == 0 ? <f32>0.5 : nearA / span
    const both = a >= 0 && b >= 0
    let unlike: f32 = 0
    for (let c = 0; c < channels; c++) {
      const first = a < 0 ? <f32>0 : load<f32>(picture + (<usize>(a * channels + c) << 2))
      const second = b < 0 ? <f32>0 : load<f32>(picture + (<usize>(b * channels + c) << 2))
      const colour = both ? (<f32>1 - part) * first + part * second : first + second
      store<f32>(colours + <usize>at * pixelBytes + (<usize>c << 2), colour)
      unlike += abs(first - second)
    }
    store<f32>(fact, a < 0 ? <f32>0 : <f32>1 / (<f32>1 + nearA / HALF_NEAR))
    store<f32>(fact, b < 0 ? <f32>0 : <f32>1 / (<f32>1 + nearB / HALF_NEAR), 4)
    store<f32>(fact, both ? unlike / <f32>channels : <f32>1, 8)
  }
}

/** The known pixel where the line from `at` ends, −1 outside; the next pixel's end is known already. */
function endAt(
  mask: usize,
  ends: usize,
  at: i32,
  right: i32,
  down: i32,
  width: i32,
  height: i32,
  pixelBytes: usize,
): i32 {
  if (!(load<f32>(mask + (<usize>at << 2)) > 0.5)) return at
  const x = (at % width) + right
  const y = at / width + down
  if (x < 0 || x >= width || y < 0 || y >= height) return -1
  return load<i32>(ends + <usize>(y * width + x) * pixelBytes)
}

function distance(at: i32, end: i32, right: i32, down: i32, width: i32): f32 {
  const steps = down == 0 ? (end - at) / right : (end / width - at / width) / down
  return <f32>abs(steps) * sqrt(<f32>(right * right + down * down))
}
