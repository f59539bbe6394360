// V = Bᵀ·x·B for the units of a block. Where sums run over channels, four rows stand side by side,
// `[four rows][position][channel][4]`, so that they walk one straight line of memory; where sums run over
// rows it is `[position][row][channel]`. Tiles are read where they lie in the input: what lies outside
// is read from a line of zeros, so borders cost nothing inside the loops and nothing is copied beforehand.
// Four units go through together, in strips of eight channels.
import { transpose4 } from './copy'
import { pointer, word } from './record'
import { inputTransform, transformInput } from './winogradTransforms'
import { inputTransform8, transformInput8 } from './winogradTransforms8'
import {
  DEEP,
  GROUP_CHANNELS,
  IN_CHANNELS,
  IN_DEPTHS,
  IN_SIZE,
  POINTS,
  ROW_BYTES,
  SEGMENT_LIST,
  SEGMENTS,
  STEP,
  UNIT_LIST,
  V_DEPTH,
  V_GROUP,
  V_PLACE,
  V_POSITION,
} from './winogradTiles'

/** Bytes of one strip of eight channels. */
const STRIP: usize = 64
/** A plane of six points a side, of which units in space have six; one of eight points fits as well. */
const PLANE_BYTES: usize = 36 * STRIP
const UNIT_BYTES: usize = 6 * PLANE_BYTES
const PLANE_BYTES_8: usize = 64 * STRIP
// Scratch of the transforms, at the very beginning: zeros; where the rows and columns of four units
// lie; a plane in the making; six depths of four units at one place; the planes of four units.
const PLACES: usize = 64
const PLACE_BYTES: usize = 64
const HALF: usize = PLACES + 4 * PLACE_BYTES
const DEPTHS: usize = HALF + PLANE_BYTES_8
const PLANES: usize = DEPTHS + 6 * 64

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
  setZero(scratch, PLACES)
  for (let first = 0; first < count; first += 4) {
    const units = min(4, count - first)
    const list = scratch + pointer(args, UNIT_LIST) + (<usize>first << 4)
    const group = scratch + pointer(args, V_PLACE) + <usize>(first >> 2) * pointer(args, V_GROUP)
    for (let d = 0; d < depths; d++) {
      const target = group + <usize>d * pointer(args, V_DEPTH)
      for (let segment = 0; segment < word(args, SEGMENTS); segment++) {
        const place = pointer(args, SEGMENT_LIST) + <usize>segment * 12
        const from = x + (<usize>(channel0 + load<i32>(place)) << 2)
        for (let i = 0; i < units; i++) {
          listColumns(args, list + (<usize>i << 4), load<i32>(place, 8), scratch, i)
        }
        for (let channel = 0; channel < channels; channel += 16) {
          const vectors = min(4, (channels - channel + 3) >> 2)
          const strip = from + (<usize>channel << 2)
          transformStrip(args, strip, list, units, d, load<i32>(place, 4), vectors, scratch)
          storeStrip(args, target, segment * channels + channel, vectors, sideBySide, scratch)
        }
      }
    }
  }
}

/** Fills a multiple of 16 bytes with zeros: few, so without calling the engine's own `memory.fill`. */
// @ts-ignore: decorator
@inline
function setZero(start: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(start + at, f32x4.splat(0))
}

/** Where a unit's columns lie, in bytes from the beginning of a row. */
function listColumns(args: usize, unit: usize, column: i32, scratch: usize, slot: i32): void {
  const sizeW = word(args, IN_SIZE + 2)
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  for (let i = 0; i < word(args, POINTS); i++) {
    const w = load<i32>(unit, 8) + column + i * word(args, STEP + 2)
    const inside = w >= 0 && w < sizeW
    const place = inside ? <u32>(w * word(args, IN_CHANNELS)) << 2 : NOWHERE
    store<u32>(columns + (<usize>i << 2), place)
  }
}

/** One strip of up to eight channels of four units, in the plane only: one input depth, or six. */
function transformStrip(
  args: usize,
  x: usize,
  list: usize,
  units: i32,
  depth: i32,
  row: i32,
  vectors: i32,
  scratch: usize,
): void {
  const deep = word(args, DEEP) != 0
  const bytes = <usize>vectors << 4
  const planes = deep ? 6 : 1
  const eight = word(args, POINTS) == 8
  for (let i = 0; i < 4; i++) {
    const target = scratch + PLANES + <usize>i * UNIT_BYTES
    if (i >= units) {
      // Rows that do not exist must not disturb the sums of weight gradients.
      setZero(target, eight ? PLANE_BYTES_8 : <usize>planes * PLANE_BYTES)
      continue
    }
    const unit = list + (<usize>i << 4)
    if (eight) {
      transformPlane8(args, x, unit, i, load<i32>(unit) + depth, row, bytes, target, scratch)
      continue
    }
    for (let d = 0; d < planes; d++) {
      const at = load<i32>(unit) + (deep ? d * word(args, STEP) : depth)
      transformPlane(args, x, unit, i, at, row, bytes, target + <usize>d * PLANE_BYTES, scratch)
    }
  }
}

/** Transforms one strip along depth, where that is to be, and writes its positions to V. */
function storeStrip(
  args: usize,
  target: usize,
  channel: i32,
  vectors: i32,
  sideBySide: bool,
  scratch: usize,
): void {
  const step = pointer(args, V_POSITION)
  const rowBytes = pointer(args, ROW_BYTES)
  const deep = word(args, DEEP) != 0
  for (let vector: usize = 0; vector < <usize>vectors; vector++) {
    let from = scratch + PLANES + (vector << 4)
    let to = target + ((<usize>channel + (vector << 2)) << (sideBySide ? 4 : 2))
    const positions = deep ? 36 : word(args, POINTS) * word(args, POINTS)
    for (let p = 0; p < positions; p++) {
      if (deep) {
        const depths = scratch + DEPTHS
        transformInput(from, PLANE_BYTES, depths, 64)
        transformInput(from + UNIT_BYTES, PLANE_BYTES, depths + 16, 64)
        transformInput(from + 2 * UNIT_BYTES, PLANE_BYTES, depths + 32, 64)
        transformInput(from + 3 * UNIT_BYTES, PLANE_BYTES, depths + 48, 64)
        for (let d: usize = 0; d < 6; d++) {
          storeRows(depths + (d << 6), 16, to + d * 36 * step, rowBytes, sideBySide)
        }
      } else {
        storeRows(from, UNIT_BYTES, to, rowBytes, sideBySide)
      }
      from += STRIP
      to += step
    }
  }
}

/** Four channels of four units: side by side, turned to four units of four channels, or row by row. */
// @ts-ignore: decorator
@inline
function storeRows(
  source: usize,
  sourceStep: usize,
  target: usize,
  rowBytes: usize,
  sideBySide: bool,
): void {
  if (sideBySide) {
    transpose4(source, sourceStep, target, 16)
  } else {
    v128.store(target, v128.load(source))
    v128.store(target + rowBytes, v128.load(source + sourceStep))
    v128.store(target + 2 * rowBytes, v128.load(source + 2 * sourceStep))
    v128.store(target + 3 * rowBytes, v128.load(source + 3 * sourceStep))
  }
}

/** One input plane of one unit: along W, then along H. */
function transformPlane(
  args: usize,
  x: usize,
  unit: usize,
  slot: i32,
  d: i32,
  row0: i32,
  bytes: usize,
  target: usize,
  scratch: usize,
): void {
  if (d < 0 || d >= word(args, IN_SIZE)) {
    setZero(target, PLANE_BYTES)
    return
  }
  const sizeH = word(args, IN_SIZE + 1)
  const rowBytes = <usize>(word(args, IN_SIZE + 2) * word(args, IN_CHANNELS)) << 2
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  const plane = load<i32>(unit, 12) * word(args, IN_SIZE) + d
  for (let i = 0; i < 6; i++) {
    const half = scratch + HALF + <usize>i * (6 * STRIP)
    const h = load<i32>(unit, 4) + row0 + i * word(args, STEP + 1)
    if (h < 0 || h >= sizeH) {
      setZero(half, 6 * STRIP)
      continue
    }
    const row = x + <usize>(plane * sizeH + h) * rowBytes
    const p0 = placeIn(row, columns, 0, scratch)
    const p1 = placeIn(row, columns, 1, scratch)
    const p2 = placeIn(row, columns, 2, scratch)
    const p3 = placeIn(row, columns, 3, scratch)
    const p4 = placeIn(row, columns, 4, scratch)
    const p5 = placeIn(row, columns, 5, scratch)
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
      transformInput(from, 6 * STRIP, target + w * STRIP + at, 6 * STRIP)
    }
  }
}

/** The same for a plane of 8 × 8 points. */
function transformPlane8(
  args: usize,
  x: usize,
  unit: usize,
  slot: i32,
  d: i32,
  row0: i32,
  bytes: usize,
  target: usize,
  scratch: usize,
): void {
  if (d < 0 || d >= word(args, IN_SIZE)) {
    setZero(target, PLANE_BYTES_8)
    return
  }
  const sizeH = word(args, IN_SIZE + 1)
  const rowBytes = <usize>(word(args, IN_SIZE + 2) * word(args, IN_CHANNELS)) << 2
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  const plane = load<i32>(unit, 12) * word(args, IN_SIZE) + d
  for (let i = 0; i < 8; i++) {
    const half = scratch + HALF + <usize>i * (8 * STRIP)
    const h = load<i32>(unit, 4) + row0 + i * word(args, STEP + 1)
    if (h < 0 || h >= sizeH) {
      setZero(half, 8 * STRIP)
      continue
    }
    const row = x + <usize>(plane * sizeH + h) * rowBytes
    const p0 = placeIn(row, columns, 0, scratch)
    const p1 = placeIn(row, columns, 1, scratch)
    const p2 = placeIn(row, columns, 2, scratch)
    const p3 = placeIn(row, columns, 3, scratch)
    const p4 = placeIn(row, columns, 4, scratch)
    const p5 = placeIn(row, columns, 5, scratch)
    const p6 = placeIn(row, columns, 6, scratch)
    const p7 = placeIn(row, columns, 7, scratch)
    for (let at: usize = 0; at < bytes; at += 16) {
      inputTransform8(
        v128.load(p0 + at),
        v128.load(p1 + at),
        v128.load(p2 + at),
        v128.load(p3 + at),
        v128.load(p4 + at),
        v128.load(p5 + at),
        v128.load(p6 + at),
        v128.load(p7 + at),
        half + at,
        STRIP,
      )
    }
  }
  for (let w: usize = 0; w < 8; w++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const from = scratch + HALF + w * STRIP + at
      transformInput8(from, 8 * STRIP, target + w * STRIP + at, 8 * STRIP)
    }
  }
}

/** Where a column lies in a row: a line of zeros if it is outside. */
// @ts-ignore: decorator
@inline
function placeIn(row: usize, columns: usize, index: usize, zeros: usize): usize {
  const column = load<u32>(columns + (index << 2))
  return column == NOWHERE ? zeros : row + <usize>column
}
