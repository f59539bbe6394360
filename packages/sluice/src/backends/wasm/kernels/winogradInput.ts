// V = Bᵀ·x·B for the units of a block. Where sums run over channels, four rows stand side by side,
// `[four rows][position][channel][4]`, so that they walk one straight line of memory; where sums run over
// rows it is `[position][row][channel]`. Tiles are read where they lie in the input: what lies outside
// is read from a line of zeros, so borders cost nothing inside the loops and nothing is copied beforehand.
// Four units go through together, in strips of sixteen channels: a line of the cache.
import * as at from '../abi/winogradArguments'
import { transpose4 } from './copy'
import { pointer, word } from './record'
import { listColumns, PLANE_BYTES, PLANE_BYTES_8, PLANES_END, setZero } from './winogradPlanes'
import { STRIP, transformPlane, ZERO_BYTES } from './winogradPlanes'
import { transformInput } from './winogradTransforms'

// Scratch of the transforms: what winogradPlanes.ts has; six depths of four units at one place; the planes of four
// units.
const DEPTHS: usize = PLANES_END
const PLANES: usize = DEPTHS + 6 * 64
const UNIT_BYTES: usize = 6 * PLANE_BYTES

/** Transforms `count` units; `channel0` is the first channel of the group. */
export function transformUnits(
  args: usize,
  x: usize,
  channel0: i32,
  count: i32,
  sideBySide: bool,
  scratch: usize,
): void {
  const channels = word(args, at.GROUP_CHANNELS)
  const depths = word(args, at.DEEP) != 0 ? 1 : word(args, at.IN_DEPTHS)
  setZero(scratch, ZERO_BYTES)
  for (let first = 0; first < count; first += 4) {
    const units = min(4, count - first)
    const list = scratch + pointer(args, at.UNIT_LIST) + (<usize>first << 4)
    const group = scratch + pointer(args, at.V_PLACE) + <usize>(first >> 2) * pointer(args, at.V_GROUP)
    for (let d = 0; d < depths; d++) {
      const target = group + <usize>d * pointer(args, at.V_DEPTH)
      for (let segment = 0; segment < word(args, at.SEGMENTS); segment++) {
        const place = pointer(args, at.SEGMENT_LIST) + <usize>segment * 12
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

/** One strip of up to sixteen channels of four units, in the plane only: one input depth, or six. */
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
  const deep = word(args, at.DEEP) != 0
  const bytes = <usize>vectors << 4
  const planes = deep ? 6 : 1
  const eight = word(args, at.POINTS) == 8
  for (let i = 0; i < 4; i++) {
    const target = scratch + PLANES + <usize>i * UNIT_BYTES
    if (i >= units) {
      // Rows that do not exist are multiplied with the others: what stood here before may be no number.
      setZero(target, eight ? PLANE_BYTES_8 : <usize>planes * PLANE_BYTES)
      continue
    }
    const unit = list + (<usize>i << 4)
    if (eight) {
      transformPlane(args, x, unit, i, load<i32>(unit) + depth, row, bytes, target, scratch, 8)
      continue
    }
    for (let d = 0; d < planes; d++) {
      const plane = load<i32>(unit) + (deep ? d * word(args, at.STEP) : depth)
      const to = target + <usize>d * PLANE_BYTES
      transformPlane(args, x, unit, i, plane, row, bytes, to, scratch, 6)
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
  const step = pointer(args, at.V_POSITION)
  const rowBytes = pointer(args, at.ROW_BYTES)
  const deep = word(args, at.DEEP) != 0
  for (let vector: usize = 0; vector < <usize>vectors; vector++) {
    let from = scratch + PLANES + (vector << 4)
    let to = target + ((<usize>channel + (vector << 2)) << (sideBySide ? 4 : 2))
    const positions = deep ? 36 : word(args, at.POINTS) * word(args, at.POINTS)
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
