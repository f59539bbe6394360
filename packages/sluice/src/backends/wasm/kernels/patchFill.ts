// Fills a hole with patches from elsewhere in the picture (patchSearch.ts finds them); see the op for what is found.
// A chunk is one row of one sample in all three kernels. Pixels are copied to a canvas of whole vectors each, so
// that rows of patches are compared vector by vector. Looking reads one list of finds and writes another;
// pasting changes pixels of the hole alone and reads known ones alone: rows never wait for each other.
import { sumOfLanes } from './lanes'
import { madd } from './math'
import { float, pointer, word } from './record'

/** What a place is: no centre of a patch, a known patch, or one that touches the hole. */
export const SOURCE: i32 = 1
export const TARGET: i32 = 2

const NOTHING_ALIKE: f32 = 2

/**
 * 0 picture, 1 mask, 2 field of half the size or 0, 3 canvas, 4 kinds of places, 5 finds, 6 channels, 7 height,
 * 8 width, 9 patch, 10 bytes of a pixel of the canvas.
 */
export function patchBegin(args: usize, chunk: i32): void {
  const channels = word(args, 6)
  const height = word(args, 7)
  const width = word(args, 8)
  const reach = word(args, 9) >> 1
  const pixelBytes = pointer(args, 10)
  const y = chunk % height
  const item = chunk / height
  const mask = pointer(args, 1) + (<usize>(item * height * width) << 2)
  const coarse = pointer(args, 2)
  const smallWidth = (width + 1) >> 1
  const cells = coarse + (<usize>((item * ((height + 1) >> 1) + (y >> 1)) * smallWidth) << 3)
  for (let x = 0; x < width; x++) {
    const at = <usize>(chunk * width + x)
    const source = pointer(args, 0) + ((at * <usize>channels) << 2)
    const target = pointer(args, 3) + at * pixelBytes
    for (let byte: usize = 0; byte < pixelBytes; byte += 16) v128.store(target + byte, f32x4.splat(0))
    for (let c: usize = 0; c < <usize>channels << 2; c += 4) store<f32>(target + c, load<f32>(source + c))
    store<i32>(pointer(args, 4) + (at << 2), kindOf(mask, y, x, height, width, reach))
    let find = y * width + x
    if (coarse != 0) {
      const cell = cells + (<usize>(x >> 1) << 3)
      const row = within(2 * coordinate(cell) + (y & 1), reach, height)
      find = row * width + within(2 * coordinate(cell + 4) + (x & 1), reach, width)
    }
    store<i32>(pointer(args, 5) + (at << 2), find)
  }
}

/** A whole number that is stored as a float; anything else is some number all the same. */
function coordinate(at: usize): i32 {
  const value = load<f32>(at)
  return value > 0 ? <i32>min<f32>(value, 16777216) : 0
}

/** The nearest coordinate at which a patch lies inside. */
export function within(value: i32, reach: i32, size: i32): i32 {
  return max(reach, min(size - 1 - reach, value))
}

function kindOf(mask: usize, y: i32, x: i32, height: i32, width: i32, reach: i32): i32 {
  if (y < reach || y >= height - reach || x < reach || x >= width - reach) return 0
  for (let row = y - reach; row <= y + reach; row++) {
    for (let column = x - reach; column <= x + reach; column++) {
      if (load<f32>(mask + (<usize>(row * width + column) << 2)) > 0.5) return TARGET
    }
  }
  return SOURCE
}

/**
 * 0 canvas, 1 finds, 2 squared differences, 3 mask, 4 filled picture or 0, 5 field or 0, 6 channels, 7 height,
 * 8 width, 9 patch, 10 bytes of a pixel, 11 what is to be added to pasted pixels, 12 contrast.
 */
export function patchPaste(args: usize, chunk: i32): void {
  const channels = word(args, 6)
  const height = word(args, 7)
  const width = word(args, 8)
  const pixelBytes = pointer(args, 10)
  const y = chunk % height
  const filled = pointer(args, 4)
  const field = pointer(args, 5)
  for (let x = 0; x < width; x++) {
    const at = <usize>(chunk * width + x)
    const pixel = pointer(args, 0) + at * pixelBytes
    const facts = filled == 0 ? 0 : filled + ((at * <usize>(channels + 2) + <usize>channels) << 2)
    if (facts != 0) {
      store<f32>(facts, 0)
      store<f32>(facts, 0, 4)
    }
    if (load<f32>(pointer(args, 3) + (at << 2)) > 0.5) {
      pastePixel(args, (chunk / height) * height * width, y, x, pixel, facts)
    }
    if (field != 0) {
      const find = load<i32>(pointer(args, 1) + (at << 2))
      store<f32>(field + (at << 3), <f32>(find / width))
      store<f32>(field + (at << 3), <f32>(find % width), 4)
    }
    if (facts == 0) continue
    const colours = facts - (<usize>channels << 2)
    for (let c: usize = 0; c < <usize>channels << 2; c += 4) store<f32>(colours + c, load<f32>(pixel + c))
  }
}

/** The mean of what the patches over a pixel would have it be; how unlike they are, and how far apart. */
function pastePixel(args: usize, first: i32, y: i32, x: i32, pixel: usize, facts: usize): void {
  const channels = word(args, 6)
  const width = word(args, 8)
  const patch = word(args, 9)
  const reach = patch >> 1
  const pixelBytes = pointer(args, 10)
  const firstRow = max(reach, y - reach)
  const lastRow = min(word(args, 7) - 1 - reach, y + reach)
  const firstColumn = max(reach, x - reach)
  const lastColumn = min(width - 1 - reach, x + reach)
  const at = y * width + x
  const finds = pointer(args, 1) + (<usize>first << 2)
  const distances = pointer(args, 2) + (<usize>first << 2)
  const contrast = f32x4.splat(float(args, 12))
  let votes = 0
  let unlike: f32 = 0
  let apart: f32 = 0
  for (let byte: usize = 0; byte < pixelBytes; byte += 16) {
    const canvas = pointer(args, 0) + <usize>first * pixelBytes + byte
    const offsets = pointer(args, 11) + <usize>first * pixelBytes + byte
    let sum = f32x4.splat(0)
    let squares = f32x4.splat(0)
    let about = f32x4.splat(0)
    votes = 0
    unlike = 0
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const centre = row * width + column
        const find = load<i32>(finds + (<usize>centre << 2))
        if (find == centre) continue
        const source = v128.load(canvas + <usize>(find + at - centre) * pixelBytes)
        const vote = madd(source, contrast, v128.load(offsets + <usize>centre * pixelBytes))
        // Spread is summed about the first vote, near the mean: sums of plain squares would lose digits.
        if (votes == 0) about = vote
        const error = f32x4.sub(vote, about)
        sum = f32x4.add(sum, error)
        squares = madd(error, error, squares)
        unlike += load<f32>(distances + (<usize>centre << 2))
        votes++
      }
    }
    if (votes == 0) break
    const mean = f32x4.div(sum, f32x4.splat(<f32>votes))
    v128.store(pixel + byte, f32x4.add(about, mean))
    apart += max<f32>(0, sumOfLanes(f32x4.sub(squares, f32x4.mul(mean, sum))))
  }
  if (facts == 0) return
  const values = <f32>(votes * patch * patch * channels)
  store<f32>(facts, votes == 0 ? NOTHING_ALIKE : sqrt(unlike / values))
  store<f32>(facts, votes == 0 ? <f32>0 : sqrt(apart / <f32>(votes * channels)), 4)
}
