// Planes of tiles on their way into Winograd's domain, one strip of channels at a time: along W, then along H.
import * as at from '../abi/winogradArguments'
import { pointer, word } from './record'
import { inputTransform, transformInput } from './winogradTransforms'
import { inputTransform8, transformInput8 } from './winogradTransforms8'

/** Bytes of one strip of sixteen channels. */
export const STRIP: usize = 64
/** A plane of six points a side, of which units in space have six; one of eight points fits as well. */
export const PLANE_BYTES: usize = 36 * STRIP
export const PLANE_BYTES_8: usize = 64 * STRIP
// Scratch of the transforms, at the very beginning: zeros; where the columns of four units lie; a plane in the making.
export const ZERO_BYTES: usize = 64
const PLACES: usize = ZERO_BYTES
const PLACE_BYTES: usize = 64
const HALF: usize = PLACES + 4 * PLACE_BYTES
export const PLANES_END: usize = HALF + PLANE_BYTES_8

/** In a list of places: outside the input. */
const NOWHERE: u32 = 0xffffffff

/** Where a unit's columns lie, in bytes from the beginning of a row. */
export function listColumns(args: usize, unit: usize, column: i32, scratch: usize, slot: i32): void {
  const sizeW = word(args, at.IN_SIZE + 2)
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  for (let i = 0; i < word(args, at.POINTS); i++) {
    const w = load<i32>(unit, 8) + column + i * word(args, at.STEP + 2)
    const inside = w >= 0 && w < sizeW
    const place = inside ? <u32>(w * word(args, at.IN_CHANNELS)) << 2 : NOWHERE
    store<u32>(columns + (<usize>i << 2), place)
  }
}

/** Fills a multiple of 16 bytes with zeros: few, so without calling the engine's own `memory.fill`. */
// @ts-ignore: decorator
@inline
export function setZero(start: usize, bytes: usize): void {
  for (let byte: usize = 0; byte < bytes; byte += 16) v128.store(start + byte, f32x4.splat(0))
}

/** One input plane of one unit: along W, then along H. How many points it has a side is known when this is compiled. */
// @ts-ignore: decorator
@inline
export function transformPlane(
  args: usize,
  x: usize,
  unit: usize,
  slot: i32,
  d: i32,
  row0: i32,
  bytes: usize,
  target: usize,
  scratch: usize,
  points: i32,
): void {
  const lineBytes: usize = <usize>points * STRIP
  if (d < 0 || d >= word(args, at.IN_SIZE)) {
    setZero(target, <usize>points * lineBytes)
    return
  }
  const sizeH = word(args, at.IN_SIZE + 1)
  const rowBytes = <usize>(word(args, at.IN_SIZE + 2) * word(args, at.IN_CHANNELS)) << 2
  const columns = scratch + PLACES + <usize>slot * PLACE_BYTES
  const plane = load<i32>(unit, 12) * word(args, at.IN_SIZE) + d
  for (let i = 0; i < points; i++) {
    const half = scratch + HALF + <usize>i * lineBytes
    const h = load<i32>(unit, 4) + row0 + i * word(args, at.STEP + 1)
    if (h < 0 || h >= sizeH) {
      setZero(half, lineBytes)
      continue
    }
    const row = x + <usize>(plane * sizeH + h) * rowBytes
    const p0 = placeIn(row, columns, 0, scratch)
    const p1 = placeIn(row, columns, 1, scratch)
    const p2 = placeIn(row, columns, 2, scratch)
    const p3 = placeIn(row, columns, 3, scratch)
    const p4 = placeIn(row, columns, 4, scratch)
    const p5 = placeIn(row, columns, 5, scratch)
    const p6 = points == 8 ? placeIn(row, columns, 6, scratch) : p5
    const p7 = points == 8 ? placeIn(row, columns, 7, scratch) : p5
    for (let byte: usize = 0; byte < bytes; byte += 16) {
      const x0 = v128.load(p0 + byte)
      const x1 = v128.load(p1 + byte)
      const x2 = v128.load(p2 + byte)
      const x3 = v128.load(p3 + byte)
      const x4 = v128.load(p4 + byte)
      const x5 = v128.load(p5 + byte)
      if (points == 8) {
        const x6 = v128.load(p6 + byte)
        const x7 = v128.load(p7 + byte)
        inputTransform8(x0, x1, x2, x3, x4, x5, x6, x7, half + byte, STRIP)
      } else {
        inputTransform(x0, x1, x2, x3, x4, x5, half + byte, STRIP)
      }
    }
  }
  for (let w: usize = 0; w < <usize>points; w++) {
    for (let byte: usize = 0; byte < bytes; byte += 16) {
      const from = scratch + HALF + w * STRIP + byte
      const to = target + w * STRIP + byte
      if (points == 8) transformInput8(from, lineBytes, to, lineBytes)
      else transformInput(from, lineBytes, to, lineBytes)
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
