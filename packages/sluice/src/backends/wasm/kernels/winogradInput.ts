// V = Bᵀ·x·B for the units of a block, `[position][row][channel]`. Tiles are read where they lie in
// the input: what lies outside is read from a line of zeros, so borders cost nothing inside the loops
// and nothing is copied beforehand. Channels go through in strips of 16, one cache line of a row.
import { pointer, word } from './record'
import { inputTransform, transformInput } from './winogradTransforms'
import {
  BLOCK_UNITS,
  DEEP,
  GROUP_CHANNELS,
  IN_CHANNELS,
  IN_DEPTHS,
  IN_SIZE,
  ROW_BYTES,
  SEGMENTS,
  SEGMENT_STEP,
  STEP,
  UNIT_LIST,
  V_PLACE,
  V_STEP,
} from './winogradTiles'

/** Scratch of the transforms, at the very beginning: zeros, one plane in the making, six planes. */
const HALF: usize = 128
const PLANES: usize = HALF + 36 * 64
const PLANE_BYTES: usize = 36 * 64

/** Transforms `count` units; `channel0` is the first channel of the group. */
export function transformUnits(args: usize, x: usize, channel0: i32, count: i32, scratch: usize): void {
  const segments = word(args, SEGMENTS)
  const channels = word(args, GROUP_CHANNELS)
  memory.fill(scratch, 0, HALF)
  for (let i = 0; i < count; i++) {
    const unit = scratch + pointer(args, UNIT_LIST) + (<usize>i << 4)
    let target = scratch + pointer(args, V_PLACE) + <usize>i * pointer(args, ROW_BYTES)
    for (let segment = 0; segment < segments; segment++) {
      const first = channel0 + segment * word(args, SEGMENT_STEP)
      for (let channel = 0; channel < channels; channel += 16) {
        const vectors = (min(16, channels - channel) + 3) >> 2
        const from = x + (<usize>(first + channel) << 2)
        transformStrip(args, from, unit, vectors, target + (<usize>channel << 2), scratch)
      }
      target += <usize>channels << 2
    }
  }
}

/** One strip of up to 16 channels of one unit. */
function transformStrip(
  args: usize,
  x: usize,
  unit: usize,
  vectors: i32,
  target: usize,
  scratch: usize,
): void {
  const depths = word(args, IN_DEPTHS)
  const deep = word(args, DEEP) != 0
  const step = pointer(args, V_STEP)
  const depthStep = deep ? word(args, STEP) : 1
  const sizeD = word(args, IN_SIZE)
  const bytes = <usize>vectors << 4
  const sample = load<i32>(unit, 12)
  const rowBytes = <usize>word(args, BLOCK_UNITS) * pointer(args, ROW_BYTES)
  for (let i = 0; i < depths; i++) {
    const d = load<i32>(unit) + i * depthStep
    const inside = d >= 0 && d < sizeD
    const plane = deep ? scratch + PLANES + <usize>i * PLANE_BYTES : target + <usize>i * rowBytes
    const planeStep: usize = deep ? 64 : step
    if (!inside) {
      for (let p: usize = 0; p < 36; p++) memory.fill(plane + p * planeStep, 0, bytes)
      continue
    }
    transformRows(args, x, sample * sizeD + d, unit, vectors, scratch)
    for (let w: usize = 0; w < 6; w++) {
      const from = scratch + HALF + (w << 6)
      const to = plane + w * planeStep
      for (let at: usize = 0; at < bytes; at += 16) {
        transformInput(from + at, 384, to + at, 6 * planeStep)
      }
    }
  }
  if (!deep) return
  for (let p: usize = 0; p < 36; p++) {
    const from = scratch + PLANES + (p << 6)
    const to = target + p * step
    for (let at: usize = 0; at < bytes; at += 16) {
      transformInput(from + at, PLANE_BYTES, to + at, 36 * step)
    }
  }
}

/** Along W: six rows of six columns of one input plane, to HALF as `[h][w][16 channels]`. */
function transformRows(
  args: usize,
  x: usize,
  plane: i32,
  unit: usize,
  vectors: i32,
  scratch: usize,
): void {
  const sizeH = word(args, IN_SIZE + 1)
  const sizeW = word(args, IN_SIZE + 2)
  const pixelBytes = <usize>word(args, IN_CHANNELS) << 2
  const bytes = <usize>vectors << 4
  const stepW = word(args, STEP + 2)
  const h0 = load<i32>(unit, 4)
  const w0 = load<i32>(unit, 8)
  for (let i = 0; i < 6; i++) {
    const target = scratch + HALF + <usize>i * 384
    const h = h0 + i * word(args, STEP + 1)
    if (h < 0 || h >= sizeH) {
      memory.fill(target, 0, 384)
      continue
    }
    const row = x + <usize>((plane * sizeH + h) * sizeW) * pixelBytes
    const p0 = column(row, w0, sizeW, pixelBytes, scratch)
    const p1 = column(row, w0 + stepW, sizeW, pixelBytes, scratch)
    const p2 = column(row, w0 + 2 * stepW, sizeW, pixelBytes, scratch)
    const p3 = column(row, w0 + 3 * stepW, sizeW, pixelBytes, scratch)
    const p4 = column(row, w0 + 4 * stepW, sizeW, pixelBytes, scratch)
    const p5 = column(row, w0 + 5 * stepW, sizeW, pixelBytes, scratch)
    for (let at: usize = 0; at < bytes; at += 16) {
      inputTransform(
        v128.load(p0 + at),
        v128.load(p1 + at),
        v128.load(p2 + at),
        v128.load(p3 + at),
        v128.load(p4 + at),
        v128.load(p5 + at),
        target + at,
        64,
      )
    }
  }
}

/** Where column `w` of a row lies; zeros if it is outside. */
// @ts-ignore: decorator
@inline
function column(row: usize, w: i32, size: i32, pixelBytes: usize, zeros: usize): usize {
  return w >= 0 && w < size ? row + <usize>w * pixelBytes : zeros
}
