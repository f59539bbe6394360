import type { Triple } from '../../../engine/ops/convolution/geometry.ts'
import type { Argument } from '../step.ts'

/**
 * How outputs follow from inputs, whichever way the convolution runs. Coordinates of the input are
 * `grid · inStride + inOrigin + tap`; those of the output `grid · outStep + outOrigin`.
 */
export interface ConvolutionGrid {
  readonly batch: number
  readonly inChannels: number
  readonly inSize: Triple
  /** Channels of one group within one segment, and how the segments lie. */
  readonly groupChannels: number
  readonly segments: number
  readonly segmentStep: number
  readonly groups: number
  readonly gridSize: Triple
  readonly inStride: Triple
  readonly inOrigin: Triple
  /** Offsets of the taps, none below zero. */
  readonly taps: readonly Triple[]
  readonly outChannels: number
  readonly outSize: Triple
  readonly outStep: Triple
  readonly outOrigin: Triple
}

/** A grid cut into blocks, with the sizes of what one block gathers. */
export interface Blocks {
  readonly size: Triple
  readonly counts: Triple
  readonly span: Triple
  readonly gather: Triple
  readonly gatherPositions: number
  /** Pixels of a full block, rounded up to whole tiles of four. */
  readonly pixels: number
  /** Blocks of one sample. */
  readonly count: number
}

/** Pixels that a block should hold: enough to share its weights, few enough to stay in the cache. */
const PIXELS_MAX = 256
const SIDES = [1, 2, 4, 8, 16, 32, 64, 128, 256]

const triple = (rule: (axis: 0 | 1 | 2) => number): Triple => [rule(0), rule(1), rule(2)]

/**
 * Chooses the block that gathers the fewest input positions over the whole grid. Depends on the
 * problem alone, so that every number of threads works on the same blocks.
 */
export function chooseBlocks(grid: ConvolutionGrid): Blocks {
  const { gridSize, inStride, taps } = grid
  const span = triple((axis) => 1 + Math.max(0, ...taps.map((tap) => tap[axis])))
  let best: Blocks | undefined
  let bestCost = Number.POSITIVE_INFINITY
  for (const d of SIDES) {
    for (const h of SIDES) {
      for (const w of SIDES) {
        const size: Triple = [
          Math.min(d, gridSize[0]),
          Math.min(h, gridSize[1]),
          Math.min(w, gridSize[2]),
        ]
        const pixels = size[0] * size[1] * size[2]
        if (pixels > PIXELS_MAX) continue
        const counts = triple((axis) => Math.ceil(gridSize[axis] / size[axis]))
        const count = counts[0] * counts[1] * counts[2]
        const gather = triple((axis) => (size[axis] - 1) * inStride[axis] + span[axis])
        const gatherPositions = gather[0] * gather[1] * gather[2]
        // Each block also pays for reading all weights and for filling its last tile.
        const cost = count * (gatherPositions + 3 * pixels + 64)
        if (cost >= bestCost) continue
        bestCost = cost
        const rounded = Math.ceil(pixels / 4) * 4
        best = { size, counts, span, gather, gatherPositions, pixels: rounded, count }
      }
    }
  }
  if (best === undefined) throw new Error('sluice: broken invariant: a grid has blocks')
  return best
}

/** Byte offset of every tap inside a gathered block. */
export function tapOffsets(
  grid: ConvolutionGrid,
  blocks: Blocks,
  positionBytes: number,
): Uint32Array {
  const [, gatherH, gatherW] = blocks.gather
  return Uint32Array.from(
    grid.taps.map(([d, h, w]) => ((d * gatherH + h) * gatherW + w) * positionBytes),
  )
}

/** Taps that lie side by side in a gathered block, read as one run. */
export interface Runs {
  readonly offsets: Uint32Array
  /** Floats of one run: all channels of its taps. */
  readonly floats: number
}

/** Merges neighbouring taps into the longest runs of equal length. */
export function mergeRuns(offsets: Uint32Array, positionBytes: number): Runs {
  for (let length = offsets.length; length > 1; length--) {
    if (offsets.length % length !== 0) continue
    const adjoin = offsets.every(
      (offset, index) =>
        index % length === 0 || offset === (offsets[index - 1] ?? 0) + positionBytes,
    )
    if (!adjoin) continue
    const firsts = offsets.filter((_, index) => index % length === 0)
    return { offsets: firsts, floats: (length * positionBytes) / 4 }
  }
  return { offsets, floats: positionBytes / 4 }
}

/**
 * The words of `convGeometry.ts`, in its order, up to the panels. `free` is where a kernel's own scratch
 * begins.
 */
export function geometryWords(
  grid: ConvolutionGrid,
  blocks: Blocks,
  positionBytes: number,
  free: number,
  offsets = tapOffsets(grid, blocks, positionBytes),
): Argument[] {
  return [
    grid.inChannels,
    grid.groupChannels,
    grid.segments,
    grid.segmentStep,
    grid.groups,
    ...grid.inSize,
    ...grid.gridSize,
    ...grid.inStride,
    ...grid.inOrigin,
    ...blocks.span,
    ...blocks.size,
    ...blocks.counts,
    offsets.length,
    { table: offsets },
    ...blocks.gather,
    ...grid.outStep,
    ...grid.outOrigin,
    ...grid.outSize,
    positionBytes,
    0,
    blocks.pixels * 4,
    free,
  ]
}
