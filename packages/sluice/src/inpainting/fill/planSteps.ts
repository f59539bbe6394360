import { outside, squaredDistances } from './distance.ts'
import type { FillStep } from './fillPlan.ts'
import { holeGroups, tightBox } from './holeGroups.ts'
import { type Box, grownBox, partOf, type Size, union } from './picture.ts'

/** What the crops of a network shall be like. */
export interface CropOptions {
  /** Pixels seen around a hole, at least. */
  readonly margin: number
  /** Most pixels per side that the network sees at once. */
  readonly tile: number
  /** What the corners of crops are multiples of, where there is room. */
  readonly multipleOf: number
  /** The widest hole whose middle still sees its surroundings. */
  readonly receptiveField: number
}

/** Pixels by which neighbouring cores overlap, to blend the seam. */
const SEAM = 16
/**
 * The part of its receptive field across which a network sees well enough: the middle of a hole as wide
 * as the field sees its surroundings by the very last taps of every layer only.
 */
export const SEEN_WELL = 0.6
/** A fill that was painted at half of its size or more is left as it is. */
const FINE_ENOUGH = 0.5
/** Networks that see less than this are shown larger holes all the same: parts of a few pixels help nobody. */
const LEAST_REACH = 64

/** The steps that fill a hole by crops, in order. */
export function planCrops(hole: Uint8Array, size: Size, options: CropOptions): FillStep[] {
  const most = coreSide(options)
  return gathered(holeGroups(hole, size, options.margin), most, options).flatMap((group) => {
    const reach = Math.min(Math.max(options.receptiveField * SEEN_WELL, LEAST_REACH), most)
    const across = Math.min(group.width, group.height)
    // A hole cannot be thicker than its box is narrow, unless it runs into the picture's border.
    const narrow = across <= reach && !touchesBorder(group, size)
    const thickness = narrow ? across : thicknessOf(hole, size, group)
    if (thickness <= reach) {
      return tiles(hole, size, group, most, 0).map((core) => cropStep(core, 'first', size, options))
    }
    const guess = scaledStep(group, thickness, reach, size, options)
    if (guess.kind === 'first') return guess
    const seam = Math.min(SEAM, Math.floor(reach / 4))
    const cores = tiles(hole, size, group, Math.floor(reach) - seam, seam)
    return [guess, ...cores.map((core) => cropStep(core, 'refine', size, options))]
  })
}

/** The whole picture, scaled down to a long side of `longSide` if it is larger. */
export function planWhole(hole: Uint8Array, size: Size, longSide: number): FillStep[] {
  const crop = { left: 0, top: 0, ...size }
  const core = tightBox(hole, size, crop)
  if (core === undefined) return []
  const scale = Math.min(1, longSide / Math.max(size.width, size.height))
  return [{ crop, core, seen: scaled(crop, scale), kind: 'first' }]
}

/** Pixels per side of the hole that one crop may fill. */
function coreSide({ tile, margin }: CropOptions): number {
  return Math.max(16, tile - 2 * margin)
}

/** Above this many, groups are not compared with one another any more. */
const MOST_COMPARED = 400

/** Groups together where one crop takes them and shows the network no more than one each would. */
function gathered(groups: readonly Box[], most: number, { margin }: CropOptions): Box[] {
  if (groups.length > MOST_COMPARED) return [...groups]
  const boxes: Box[] = []
  for (const group of groups) {
    let box = group
    // What has grown may now reach a further one.
    for (let i = 0; i < boxes.length; ) {
      const other = boxes[i] as Box
      const together = union(box, other)
      const large = Math.max(together.width, together.height) > most
      if (large || cost(together, margin) > cost(box, margin) + cost(other, margin)) {
        i++
        continue
      }
      box = together
      boxes.splice(i, 1)
      i = 0
    }
    boxes.push(box)
  }
  return boxes
}

/** Pixels of a crop around a core. */
function cost({ width, height }: Box, margin: number): number {
  return roundedUp(width + 2 * margin) * roundedUp(height + 2 * margin)
}

function touchesBorder({ left, top, width, height }: Box, size: Size): boolean {
  return left === 0 || top === 0 || left + width === size.width || top + height === size.height
}

/** Twice the way from the hole's deepest pixel to the nearest that is known. */
export function thicknessOf(hole: Uint8Array, size: Size, group: Box): number {
  const box = grownBox(group, 1, size)
  const known = outside(partOf(hole, size, box))
  const distances = squaredDistances(known, box.width, box.height)
  let deepest = 0
  for (let i = 0; i < distances.length; i++) deepest = Math.max(deepest, distances[i] as number)
  return 2 * Math.sqrt(deepest)
}

/** The parts of a group that is too large for one crop, tight around the hole, with a seam between. */
function tiles(hole: Uint8Array, size: Size, group: Box, most: number, seam: number): Box[] {
  const columns = Math.ceil(group.width / most)
  const rows = Math.ceil(group.height / most)
  const parts: Box[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const left = edge(group.width, columns, column) - (column > 0 ? seam : 0)
      const top = edge(group.height, rows, row) - (row > 0 ? seam : 0)
      const width = edge(group.width, columns, column + 1) - left
      const height = edge(group.height, rows, row + 1) - top
      const part = { left: group.left + left, top: group.top + top, width, height }
      const tight = tightBox(hole, size, part)
      if (tight !== undefined) parts.push(tight)
    }
  }
  return parts
}

function edge(length: number, parts: number, index: number): number {
  return Math.round((length * index) / parts)
}

function cropStep(core: Box, kind: 'first' | 'refine', size: Size, options: CropOptions): FillStep {
  const { margin, multipleOf } = options
  const [left, width] = placed(core.left, core.width, size.width, margin, multipleOf)
  const [top, height] = placed(core.top, core.height, size.height, margin, multipleOf)
  return { crop: { left, top, width, height }, seen: { width, height }, core, kind }
}

/**
 * Where a crop begins and how long it is along one axis: one of few lengths, so that programs are
 * used again, and shifted rather than cut at the picture's borders.
 */
function placed(
  start: number,
  length: number,
  available: number,
  margin: number,
  multipleOf: number,
): readonly [start: number, length: number] {
  const cropped = Math.min(available, roundedUp(length + 2 * margin))
  const centred = Math.floor(start - (cropped - length) / 2)
  const inside = Math.max(0, Math.min(centred, available - cropped))
  // Strided layers see the same grid as in the whole picture, where that leaves the core inside.
  const aligned = inside - (inside % multipleOf)
  return [aligned + cropped >= start + length ? aligned : inside, cropped]
}

/** The next of the few lengths that crops have. */
function roundedUp(length: number): number {
  const step = length <= 512 ? 64 : 128
  return Math.ceil(length / step) * step
}

/**
 * A large hole at a scale at which the network sees across it, with surroundings at least a quarter as
 * wide as the hole is thick.
 */
function scaledStep(
  group: Box,
  thickness: number,
  reach: number,
  size: Size,
  { margin, tile, multipleOf }: CropOptions,
): FillStep {
  const crop = grownBox(group, Math.max(margin, Math.ceil(thickness / 4)), size)
  const scale = Math.min(1, reach / thickness, tile / Math.max(crop.width, crop.height))
  const fitting = (length: number): number =>
    Math.min(length, Math.max(1, Math.round((length * scale) / multipleOf)) * multipleOf)
  const seen = { width: fitting(crop.width), height: fitting(crop.height) }
  return { crop, seen, core: group, kind: scale >= FINE_ENOUGH ? 'first' : 'coarse' }
}

function scaled({ width, height }: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}
