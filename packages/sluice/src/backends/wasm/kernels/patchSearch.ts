// The known patches that are most like those that touch a hole; a chunk is one row of one sample. See patchFill.ts.
import { sumOfLanes } from './lanes'
import { madd } from './math'
import { SOURCE, TARGET, within } from './patchFill'
import { float, pointer, word } from './record'

/**
 * 0 canvas, 1 kinds, 2 finds of before, 3 finds, 4 squared differences, 5 height, 6 width, 7 patch, 8 bytes of a
 * pixel, 9 whether to look everywhere, 10 table of steps down and right: neighbours, shifts, jumps, 11 what is to be
 * added to pasted pixels, 12 part of the difference of means that is overlooked, 13 contrast, 14 to 16 how many
 * neighbours, shifts and jumps there are. Scratch holds the list of candidates.
 */
export function patchSearch(args: usize, chunk: i32, scratch: usize): void {
  const height = word(args, 5)
  const width = word(args, 6)
  const everywhere = word(args, 9) != 0
  const y = chunk % height
  const first = <usize>((chunk / height) * height * width)
  const kinds = pointer(args, 1) + (first << 2)
  const end = everywhere ? listKnown(kinds, height * width, scratch) : scratch
  for (let x = 0; x < width; x++) {
    const at = y * width + x
    const place = (first + <usize>at) << 2
    store<i32>(pointer(args, 3) + place, at)
    store<f32>(pointer(args, 4) + place, f32.MAX_VALUE)
    if (load<i32>(pointer(args, 1) + place) != TARGET) continue
    keepMostAlike(args, first, at, scratch, everywhere ? end : listNear(args, first, y, x, scratch))
  }
}

/** All known patches. Lists are of 32-bit numbers; their end comes back. */
function listKnown(kinds: usize, area: i32, list: usize): usize {
  for (let at = 0; at < area; at++) {
    if (load<i32>(kinds + (<usize>at << 2)) == SOURCE) list = push(list, at)
  }
  return list
}

function push(list: usize, value: i32): usize {
  store<i32>(list, value)
  return list + 4
}

/** Known patches that may be like the one here: by what was found before, here and around, and just outside. */
function listNear(args: usize, first: usize, y: i32, x: i32, list: usize): usize {
  const height = word(args, 5)
  const width = word(args, 6)
  const reach = word(args, 7) >> 1
  const kinds = pointer(args, 1) + (first << 2)
  const finds = pointer(args, 2) + (first << 2)
  const own = load<i32>(finds + (<usize>(y * width + x) << 2))
  const row = own / width
  const column = own % width
  list = pushKnown(list, kinds, row, column, height, width)
  let step = pointer(args, 10)
  for (let i = 0; i < word(args, 14); i++) {
    const ny = within(y + load<i32>(step), reach, height)
    const nx = within(x + load<i32>(step, 4), reach, width)
    const find = load<i32>(finds + (<usize>(ny * width + nx) << 2))
    list = pushKnown(list, kinds, find / width + y - ny, (find % width) + x - nx, height, width)
    step += 8
  }
  for (let i = 0; i < word(args, 15); i++) {
    list = pushKnown(list, kinds, row + load<i32>(step), column + load<i32>(step, 4), height, width)
    step += 8
  }
  for (let i = 0; i < word(args, 16); i++) {
    list = pushKnown(list, kinds, y + load<i32>(step), x + load<i32>(step, 4), height, width)
    step += 8
  }
  return list
}

function pushKnown(list: usize, kinds: usize, row: i32, column: i32, height: i32, width: i32): usize {
  if (row < 0 || row >= height || column < 0 || column >= width) return list
  const at = row * width + column
  return load<i32>(kinds + (<usize>at << 2)) == SOURCE ? push(list, at) : list
}

/**
 * Keeps the first of those candidates that are most like the patch at `at`: by Σe² − o·(Σe)²/n over the n differences e
 * of each channel, o of which is overlooked.
 */
function keepMostAlike(args: usize, first: usize, at: i32, candidates: usize, end: usize): void {
  const patch = word(args, 7)
  const pixelBytes = pointer(args, 8)
  const rowBytes = pixelBytes * <usize>word(args, 6)
  const canvas = cornerOf(args, first)
  const here = canvas + <usize>at * pixelBytes
  const bytes = <usize>patch * pixelBytes
  const all = here + <usize>patch * rowBytes
  const count = <f32>(patch * patch)
  const overlooked = float(args, 12)
  let find = at
  let least = f32.MAX_VALUE
  for (; candidates < end; candidates += 4) {
    const candidate = load<i32>(candidates)
    if (candidate == find) continue
    const other = <usize>(candidate - at) * pixelBytes
    let distance: f32 = 0
    for (let four: usize = 0; four < pixelBytes && distance < least; four += 16) {
      const before = distance
      let squares = f32x4.splat(0)
      let sums = f32x4.splat(0)
      let rest = count
      for (let row = here + four; row < all; row += rowBytes) {
        for (let pixel = row; pixel < row + bytes; pixel += pixelBytes) {
          const apart = f32x4.sub(v128.load(pixel), v128.load(pixel + other))
          squares = madd(apart, apart, squares)
          sums = f32x4.add(sums, apart)
        }
        // If pixels still to come differed as the means do, they would take this much away at most.
        rest -= <f32>patch
        const explained = f32x4.splat(overlooked / (count - overlooked * rest))
        const left = f32x4.sub(squares, f32x4.mul(explained, f32x4.mul(sums, sums)))
        distance = before + sumOfLanes(left)
        if (distance >= least) break
      }
    }
    if (!(distance < least)) continue
    least = distance
    find = candidate
  }
  const place = (first + <usize>at) << 2
  store<i32>(pointer(args, 3) + place, find)
  store<f32>(pointer(args, 4) + place, max<f32>(0, least))
  const offset = pointer(args, 11) + (first + <usize>at) * pixelBytes
  for (let byte: usize = 0; byte < pixelBytes; byte += 16) {
    const mean = meanOf(args, here + byte)
    const contrast = f32x4.splat(float(args, 13))
    const there = meanOf(args, canvas + <usize>find * pixelBytes + byte)
    v128.store(offset + byte, f32x4.sub(mean, f32x4.mul(contrast, there)))
  }
}

/** Where the upper left corner of the patch around a sample's first place would lie. */
function cornerOf(args: usize, first: usize): usize {
  const corner = (word(args, 7) >> 1) * (word(args, 6) + 1)
  return pointer(args, 0) + (first - <usize>corner) * pointer(args, 8)
}

/** Mean colours of a patch, four channels. */
function meanOf(args: usize, corner: usize): v128 {
  const patch = word(args, 7)
  const pixelBytes = pointer(args, 8)
  let sum = f32x4.splat(0)
  for (let row = 0; row < patch; row++) {
    for (let column = 0; column < patch; column++) {
      sum = f32x4.add(sum, v128.load(corner + <usize>column * pixelBytes))
    }
    corner += pixelBytes * <usize>word(args, 6)
  }
  return f32x4.div(sum, f32x4.splat(<f32>(patch * patch)))
}
