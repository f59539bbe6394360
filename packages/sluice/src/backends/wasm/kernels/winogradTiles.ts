// How Winograd's kernels see a convolution: as a list of units, each one tile of 6 × 6 (or 8 × 8) inputs in space
// and the 4 × 4 (or 6 × 6) outputs that three taps make of them; with more taps they are fewer. Along depth (time) a
// unit is either a tile of four outputs too, transformed like the other axes, or a run of outputs whose taps are plain
// terms of the sum. A dilated convolution is an ordinary one on each phase of its subsampled grid, so a unit also
// belongs to a phase.
//
// With stride 2 an output reads even and odd rows and columns, each with half of the taps: these four
// pictures are further channels, *segments*, of a convolution with stride 1. Behind an enlargement by 2, even and
// odd rows and columns of the output are four convolutions of the small picture, with two taps each: four
// *parts* of the output, made of the same transformed inputs.
//
// A block is some consecutive units, a multiple of four; its rows are (unit) or (output depth, unit). V, M
// and the lists of outputs have one row each. Sums of a row never depend on its block.
//
// The words that say all this are abi/winogradArguments.ts.
import * as at from '../abi/winogradArguments'
import { pointer, word } from './record'

/** Marks a pixel of a tile that lies outside the output. */
export const OUTSIDE: u32 = 0xffffffff

/** Positions of the transformed domain: 36 or 64 in a plane, 216 in space. */
// @ts-ignore: decorator
@inline
export function positions(args: usize): usize {
  const points = pointer(args, at.POINTS)
  return word(args, at.DEEP) != 0 ? 216 : points * points
}

/** The kind of a position in a plane: 0 inside, 1 in the last column of points, 2 in the last row, 3 in both. */
// @ts-ignore: decorator
@inline
export function positionKind(row: i32, column: i32, last: i32): i32 {
  return (column == last ? 1 : 0) + (row == last ? 2 : 0)
}

/** Where the indices of the outputs of one row stand, for one part. */
// @ts-ignore: decorator
@inline
export function outputsOf(args: usize, part: i32, row: i32, scratch: usize): usize {
  const tile = word(args, at.TILE)
  const planes = word(args, at.UNIT_DEPTHS) * word(args, at.BLOCK_UNITS)
  const plane = part * planes + (word(args, at.DEEP) != 0 ? row * 4 : row)
  return scratch + pointer(args, at.OUTPUT_LIST) + (<usize>(plane * tile * tile) << 2)
}

/**
 * Lists units `first … first + count`: for each, 16 bytes with its first input coordinates D, H, W
 * and its sample; and for each of its outputs, plane by plane and part by part, the index in the output tensor.
 */
export function listUnits(args: usize, first: i32, count: i32, scratch: usize): void {
  const deep = word(args, at.DEEP) != 0
  const countD = word(args, at.UNIT_COUNTS)
  const countH = word(args, at.UNIT_COUNTS + 1)
  const countW = word(args, at.UNIT_COUNTS + 2)
  const depths = word(args, at.UNIT_DEPTHS)
  const depthStep = deep ? word(args, at.STEP) : 1
  const tile = word(args, at.TILE)
  for (let i = 0; i < count; i++) {
    let rest = first + i
    const tileW = (rest % countW) * tile
    rest /= countW
    const tileH = (rest % countH) * tile
    rest /= countH
    const unitD = rest % countD
    rest /= countD
    const phaseW = rest % word(args, at.PHASES + 2)
    rest /= word(args, at.PHASES + 2)
    const phaseH = rest % word(args, at.PHASES + 1)
    rest /= word(args, at.PHASES + 1)
    const phaseD = rest % word(args, at.PHASES)
    const sample = rest / word(args, at.PHASES)
    const outD = phaseD + unitD * depths * depthStep
    const unit = scratch + pointer(args, at.UNIT_LIST) + (<usize>i << 4)
    store<i32>(unit, outD * word(args, at.DEPTH_STRIDE) + word(args, at.IN_ORIGIN))
    store<i32>(unit, phaseH + tileH * word(args, at.STEP + 1) + word(args, at.IN_ORIGIN + 1), 4)
    store<i32>(unit, phaseW + tileW * word(args, at.STEP + 2) + word(args, at.IN_ORIGIN + 2), 8)
    store<i32>(unit, sample, 12)
    for (let part = 0; part < word(args, at.PARTS); part++) {
      const place = pointer(args, at.PART_LIST) + (<usize>part << 3)
      const outH = phaseH + tileH * word(args, at.OUT_STEP) + load<i32>(place)
      const outW = phaseW + tileW * word(args, at.OUT_STEP + 1) + load<i32>(place, 4)
      let list = outputsOf(args, part, i, scratch)
      const listStep = <usize>(tile * tile * (deep ? 1 : word(args, at.BLOCK_UNITS))) << 2
      for (let d = 0; d < depths; d++) {
        listPlane(args, list, sample, outD + d * depthStep, outH, outW)
        list += listStep
      }
    }
  }
}

/** Indices of the outputs of one plane of a tile. */
function listPlane(args: usize, list: usize, sample: i32, d: i32, h0: i32, w0: i32): void {
  const sizeD = word(args, at.OUT_SIZE)
  const sizeH = word(args, at.OUT_SIZE + 1)
  const sizeW = word(args, at.OUT_SIZE + 2)
  const tile = word(args, at.TILE)
  let to = list
  for (let i = 0; i < tile; i++) {
    const h = h0 + i * word(args, at.OUT_STEP)
    const row = ((sample * sizeD + d) * sizeH + h) * sizeW
    const exists = d < sizeD && h >= 0 && h < sizeH
    for (let j = 0; j < tile; j++) {
      const w = w0 + j * word(args, at.OUT_STEP + 1)
      store<u32>(to, exists && w >= 0 && w < sizeW ? row + w : OUTSIDE)
      to += 4
    }
  }
}
