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
// Words 0 to 11 are those of finishTile.ts (or of the weight gradient); these follow.
import { pointer, word } from './record'

export const IN_CHANNELS = 12 // channels of the input tensor
export const GROUP_CHANNELS = 13 // channels of one group within one segment
export const SEGMENTS = 14 // places where a group's channels lie
export const SEGMENT_LIST = 15 // pointer to each segment's first channel, row and column
export const GROUPS = 16
export const IN_SIZE = 17 // D, H, W
export const OUT_SIZE = 20 // D, H, W
export const IN_ORIGIN = 23 // input coordinate of the first tap at the first output, D, H, W
export const STEP = 26 // from one input of a tile to the next: dilation, or stride
export const PHASES = 29 // D, H, W
export const UNIT_COUNTS = 32 // units per phase, D, H, W
export const DEEP = 35 // 1 when depth is transformed
export const DEPTH_STRIDE = 36
export const UNIT_DEPTHS = 37 // output depths of a unit
export const IN_DEPTHS = 38 // input depths of a unit
export const TAPS = 39 // depth taps that are terms of the sum
export const TAP_OFFSETS = 40 // pointer to their byte offsets between rows of V
export const UNITS = 41 // units of the whole problem
export const BLOCK_UNITS = 42
export const PANELS_PER_CHUNK = 43
export const PANEL_CHUNKS = 44
export const ROW_BYTES = 45 // one row of V at one position
export const V_POSITION = 46 // bytes of V from one position to the next
export const V_GROUP = 47 // from four rows to the next four
export const V_DEPTH = 48 // from one input depth to the next
export const M_ROW = 49 // bytes from one row of M to the next; positions lie 32 apart
export const UNIT_LIST = 50 // offsets in scratch
export const OUTPUT_LIST = 51
export const V_PLACE = 52
export const M_PLACE = 53
export const TILE = 54 // outputs of a tile along height and width
export const OUT_STEP = 55 // from one output of a tile to the next, H, W
export const PARTS = 57 // pictures that the output is made of
export const PART_LIST = 58 // pointer to each part's first row and column
export const POINTS = 59 // inputs of a tile along height and width: 6 or 8
export const RUN_CHANNELS = 60 // channels that lie side by side in a row of V: those of a view
export const RUN_LISTS = 61 // pointer to what sums run over, for each kind of position (positionKind)
export const RUN_STEP = 62 // words from one of these lists to the next: how many runs, where in V they begin

/** Marks a pixel of a tile that lies outside the output. */
export const OUTSIDE: u32 = 0xffffffff

/** Positions of the transformed domain: 36 or 64 in a plane, 216 in space. */
// @ts-ignore: decorator
@inline
export function positions(args: usize): usize {
  const points = pointer(args, POINTS)
  return word(args, DEEP) != 0 ? 216 : points * points
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
  const tile = word(args, TILE)
  const planes = word(args, UNIT_DEPTHS) * word(args, BLOCK_UNITS)
  const plane = part * planes + (word(args, DEEP) != 0 ? row * 4 : row)
  return scratch + pointer(args, OUTPUT_LIST) + (<usize>(plane * tile * tile) << 2)
}

/**
 * Lists units `first … first + count`: for each, 16 bytes with its first input coordinates D, H, W
 * and its sample; and for each of its outputs, plane by plane and part by part, the index in the output tensor.
 */
export function listUnits(args: usize, first: i32, count: i32, scratch: usize): void {
  const deep = word(args, DEEP) != 0
  const countD = word(args, UNIT_COUNTS)
  const countH = word(args, UNIT_COUNTS + 1)
  const countW = word(args, UNIT_COUNTS + 2)
  const depths = word(args, UNIT_DEPTHS)
  const depthStep = deep ? word(args, STEP) : 1
  const tile = word(args, TILE)
  for (let i = 0; i < count; i++) {
    let rest = first + i
    const tileW = (rest % countW) * tile
    rest /= countW
    const tileH = (rest % countH) * tile
    rest /= countH
    const unitD = rest % countD
    rest /= countD
    const phaseW = rest % word(args, PHASES + 2)
    rest /= word(args, PHASES + 2)
    const phaseH = rest % word(args, PHASES + 1)
    rest /= word(args, PHASES + 1)
    const phaseD = rest % word(args, PHASES)
    const sample = rest / word(args, PHASES)
    const outD = phaseD + unitD * depths * depthStep
    const unit = scratch + pointer(args, UNIT_LIST) + (<usize>i << 4)
    store<i32>(unit, outD * word(args, DEPTH_STRIDE) + word(args, IN_ORIGIN))
    store<i32>(unit, phaseH + tileH * word(args, STEP + 1) + word(args, IN_ORIGIN + 1), 4)
    store<i32>(unit, phaseW + tileW * word(args, STEP + 2) + word(args, IN_ORIGIN + 2), 8)
    store<i32>(unit, sample, 12)
    for (let part = 0; part < word(args, PARTS); part++) {
      const place = pointer(args, PART_LIST) + (<usize>part << 3)
      const outH = phaseH + tileH * word(args, OUT_STEP) + load<i32>(place)
      const outW = phaseW + tileW * word(args, OUT_STEP + 1) + load<i32>(place, 4)
      let list = outputsOf(args, part, i, scratch)
      const listStep = <usize>(tile * tile * (deep ? 1 : word(args, BLOCK_UNITS))) << 2
      for (let d = 0; d < depths; d++) {
        listPlane(args, list, sample, outD + d * depthStep, outH, outW)
        list += listStep
      }
    }
  }
}

/** Indices of the outputs of one plane of a tile. */
function listPlane(args: usize, list: usize, sample: i32, d: i32, h0: i32, w0: i32): void {
  const sizeD = word(args, OUT_SIZE)
  const sizeH = word(args, OUT_SIZE + 1)
  const sizeW = word(args, OUT_SIZE + 2)
  const tile = word(args, TILE)
  let to = list
  for (let i = 0; i < tile; i++) {
    const h = h0 + i * word(args, OUT_STEP)
    const row = ((sample * sizeD + d) * sizeH + h) * sizeW
    const exists = d < sizeD && h >= 0 && h < sizeH
    for (let j = 0; j < tile; j++) {
      const w = w0 + j * word(args, OUT_STEP + 1)
      store<u32>(to, exists && w >= 0 && w < sizeW ? row + w : OUTSIDE)
      to += 4
    }
  }
}
