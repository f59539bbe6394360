// V = Bᵀ·x·B for the units of a block: `[position][four rows][channel][4]`, four rows side by side, where
// sums run over channels and so walk one straight line of memory, or `[position][row][channel]`, where they
// run over rows. Tiles are read where they lie in the
// input: what lies outside is read from a line of zeros, so borders cost nothing inside the loops and
// nothing is copied beforehand. Channels go through in strips of eight.
import { pointer, word } from './record'
import { inputTransform, transformInput } from './winogradTransforms'
import {
  BLOCK_UNITS,
  DEEP,
  GROUP_BYTES,
  GROUP_CHANNELS,
  IN_CHANNELS,
  IN_DEPTHS,
  IN_SIZE,
  SEGMENTS,
  SEGMENT_STEP,
  STEP,
  UNIT_LIST,
  V_PLACE,
  V_STEP,
} from './winogradTiles'

/** Bytes of one strip of eight channels. */
const STRIP: usize = 32
const PLANE_BYTES: usize = 36 * STRIP
// Scratch of the transforms, at the very beginning: zeros; where the rows and columns of four units
// lie; a plane in the making; six planes; and positions of four units, still side by side.
const PLACES: usize = 64
const PLACE_BYTES: usize = 256
const HALF: usize = PLACES + 4 * PLACE_BYTES
const PLANES: usize = HALF + PLANE_BYTES
const POSITIONS: usize = PLANES + 6 * PLANE_BYTES

/** In a list of places: outside the input. */
const NOWHERE: u32 = 0xffffffff

/** Transforms `count` units; `channel0` is the first channel of the group. */
export function transformUnits(
  args: usize,
  x: usize,
  channel0: i32,
  count: i32,
  sideBySide: bool,
  scratch: usize,
): void {
  const channels = word(args, GROUP_CHANNELS)
  const depths = word(args, DEEP) != 0 ? 1 : word(args, IN_DEPTHS)
  const groupBytes = pointer(args, GROUP_BYTES)
  const depthBytes = <usize>(word(args, BLOCK_UNITS) >> 2) * groupBytes
  memory.fill(scratch, 0, PLACES)
  for (let first = 0; first < count; first += 4) {
    const units = min(4, count - first)
    const list = scratch + pointer(args, UNIT_LIST) + (<usize>first << 4)
    for (let i = 0; i < units; i++) listColumns(args, list + (<usize>i << 4), scratch, i)
    for (let d = 0; d < depths; d++) {
      const group = scratch + pointer(args, V_PLACE) + <usize>d * depthBytes
      const target = group + <usize>(first >> 2) * groupBytes
      for (let segment = 0; segment < word(args, SEGMENTS); segment++) {
        const from = x + (<usize>(channel0 + segment * word(args, SEGMENT_STEP)) << 2)
        for (let channel = 0; channel < channels; channel += 8) {
          const vectors = channels - channel > 4 ? 2 : 1
          const strip = from + (<usize>channel << 2)
          transformStrip(args, strip, list, units, d, vectors, scratch)
          storeStrip(args, target, segment * channels + channel, vectors, sideBySide, scratch)
        }
      }
    }
  }
}

/** Where a unit's six columns lie, in bytes from the beginning of a row. */
function listColumns(args: usize, unit: usize, scratch: usize, slot: i32): void {
  const sizeW = word(args, IN_SIZE + 2)
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  for (let i = 0; i < 6; i++) {
    const w = load<i32>(unit, 8) + i * word(args, STEP + 2)
    const inside = w >= 0 && w < sizeW
    const place = inside ? <u32>(w * word(args, IN_CHANNELS)) << 2 : NOWHERE
    store<u32>(columns + (<usize>i << 2), place)
  }
}

/** One strip of up to eight channels of four units, at one input depth or, in space, at six. */
function transformStrip(
  args: usize,
  x: usize,
  list: usize,
  units: i32,
  depth: i32,
  vectors: i32,
  scratch: usize,
): void {
  const deep = word(args, DEEP) != 0
  const bytes = <usize>vectors << 4
  const all: usize = deep ? 216 : 36
  for (let i = 0; i < 4; i++) {
    const slot = scratch + POSITIONS + <usize>i * STRIP
    if (i >= units) {
      // Rows that do not exist must not disturb the sums of weight gradients.
      for (let p: usize = 0; p < all; p++) memory.fill(slot + (p << 7), 0, bytes)
      continue
    }
    const unit = list + (<usize>i << 4)
    if (!deep) {
      transformPlane(args, x, unit, i, load<i32>(unit) + depth, bytes, slot, 128, scratch)
      continue
    }
    for (let d = 0; d < 6; d++) {
      const at = load<i32>(unit) + d * word(args, STEP)
      const plane = scratch + PLANES + <usize>d * PLANE_BYTES
      transformPlane(args, x, unit, i, at, bytes, plane, STRIP, scratch)
    }
    for (let p: usize = 0; p < 36; p++) {
      const from = scratch + PLANES + p * STRIP
      for (let at: usize = 0; at < bytes; at += 16) {
        transformInput(from + at, PLANE_BYTES, slot + (p << 7) + at, 36 * 128)
      }
    }
  }
}

/** Writes the positions of one strip, which begins at channel `channel` of the row, to V. */
function storeStrip(
  args: usize,
  target: usize,
  channel: i32,
  vectors: i32,
  sideBySide: bool,
  scratch: usize,
): void {
  const step = pointer(args, V_STEP)
  const rowBytes = pointer(args, GROUP_BYTES) >> 2
  const all: usize = word(args, DEEP) != 0 ? 216 : 36
  for (let i: usize = 0; i < <usize>vectors; i++) {
    const first = <usize>channel + (i << 2)
    let from = scratch + POSITIONS + (i << 4)
    let to = target + (first << (sideBySide ? 4 : 2))
    for (let p: usize = 0; p < all; p++) {
      if (sideBySide) {
        turn(from, to)
      } else {
        v128.store(to, v128.load(from))
        v128.store(to + rowBytes, v128.load(from, 32))
        v128.store(to + 2 * rowBytes, v128.load(from, 64))
        v128.store(to + 3 * rowBytes, v128.load(from, 96))
      }
      from += 128
      to += step
    }
  }
}

/** Four channels of four units to four units of four channels. */
// @ts-ignore: decorator
@inline
function turn(source: usize, target: usize): void {
  const a = v128.load(source)
  const b = v128.load(source, 32)
  const c = v128.load(source, 64)
  const d = v128.load(source, 96)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(target, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(target, v128.shuffle<f64>(ab, cd, 1, 3), 16)
  v128.store(target, v128.shuffle<f64>(ab2, cd2, 0, 2), 32)
  v128.store(target, v128.shuffle<f64>(ab2, cd2, 1, 3), 48)
}

/** One input plane of one unit: along W, then along H. */
function transformPlane(
  args: usize,
  x: usize,
  unit: usize,
  slot: i32,
  d: i32,
  bytes: usize,
  target: usize,
  step: usize,
  scratch: usize,
): void {
  if (d < 0 || d >= word(args, IN_SIZE)) {
    for (let p: usize = 0; p < 36; p++) memory.fill(target + p * step, 0, bytes)
    return
  }
  const sizeH = word(args, IN_SIZE + 1)
  const rowBytes = <usize>(word(args, IN_SIZE + 2) * word(args, IN_CHANNELS)) << 2
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  const c0 = load<u32>(columns)
  const c1 = load<u32>(columns, 4)
  const c2 = load<u32>(columns, 8)
  const c3 = load<u32>(columns, 12)
  const c4 = load<u32>(columns, 16)
  const c5 = load<u32>(columns, 20)
  const plane = load<i32>(unit, 12) * word(args, IN_SIZE) + d
  for (let i = 0; i < 6; i++) {
    const half = scratch + HALF + <usize>i * (6 * STRIP)
    const h = load<i32>(unit, 4) + i * word(args, STEP + 1)
    if (h < 0 || h >= sizeH) {
      memory.fill(half, 0, 6 * STRIP)
      continue
    }
    const row = x + <usize>(plane * sizeH + h) * rowBytes
    const p0 = c0 == NOWHERE ? scratch : row + <usize>c0
    const p1 = c1 == NOWHERE ? scratch : row + <usize>c1
    const p2 = c2 == NOWHERE ? scratch : row + <usize>c2
    const p3 = c3 == NOWHERE ? scratch : row + <usize>c3
    const p4 = c4 == NOWHERE ? scratch : row + <usize>c4
    const p5 = c5 == NOWHERE ? scratch : row + <usize>c5
    for (let at: usize = 0; at < bytes; at += 16) {
      inputTransform(
        v128.load(p0 + at),
        v128.load(p1 + at),
        v128.load(p2 + at),
        v128.load(p3 + at),
        v128.load(p4 + at),
        v128.load(p5 + at),
        half + at,
        STRIP,
      )
    }
  }
  for (let w: usize = 0; w < 6; w++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const from = scratch + HALF + w * STRIP + at
      transformInput(from, 6 * STRIP, target + w * step + at, 6 * step)
    }
  }
}
