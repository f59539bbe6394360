import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import { type PadAttributes, padTaps } from '../../../engine/ops/pad/padTaps.ts'
import type { AxisTaps, SpatialTaps } from '../../../engine/ops/resampling/axisTaps.ts'
import { backwardTaps } from '../../../engine/ops/resampling/resample.ts'
import type { BackwardOf } from '../../../engine/ops/resampling/resamplingOps.ts'
import {
  linearTaps,
  type ResizeBilinearAttributes,
} from '../../../engine/ops/resizeBilinear/linearTaps.ts'
import {
  nearestTaps,
  type ResizeNearestAttributes,
} from '../../../engine/ops/resizeNearest/nearestTaps.ts'
import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import { RESAMPLE } from '../kernelIds.ts'
import { batchOf, channelsOf } from '../layout.ts'
import { type NodeEnds, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, ceilDivide } from './chunks.ts'

/** The table of one axis as `kernels/resample.ts` reads it. */
function tapTable(taps: AxisTaps): Uint32Array {
  const count = taps.reduce((sum, list) => sum + list.length, 0)
  const table = new Uint32Array(taps.length + 1 + 2 * count)
  const weights = new Float32Array(table.buffer)
  let tap = 0
  taps.forEach((list, output) => {
    table[output] = tap
    for (const { index, weight } of list) {
      const at = taps.length + 1 + 2 * tap++
      table[at] = index
      weights[at + 1] = weight
    }
  })
  table[taps.length] = tap
  return table
}

function copiesOnly(taps: SpatialTaps): boolean {
  return taps.every((axis) =>
    axis.every((list) => list.length === 0 || (list.length === 1 && list[0]?.weight === 1)),
  )
}

function lowerTaps(node: NodeEnds, taps: SpatialTaps, fill: number): Lowering {
  const x = present(node.inputs[0], 'input')
  const y = present(node.outputs[0], 'output')
  const channels = channelsOf(y.shape)
  const [depth, height, width] = spatial(y.shape).size
  const rows = batchOf(y.shape) * depth * height
  const perChunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / (width * channels)))
  const single = copiesOnly(taps)
  const recorder = new StepRecorder()
  recorder.add(RESAMPLE, ceilDivide(rows, perChunk), [
    { value: x },
    { value: y },
    channels,
    ...spatial(x.shape).size,
    depth,
    height,
    width,
    ...taps.map((axis) => ({ table: tapTable(axis) })),
    perChunk,
    rows,
    { float: fill },
    single ? 1 : 0,
  ])
  const why = single ? 'copies, by tables of indices' : 'sums, by tables of indices and weights'
  return recorder.finish(`${node.op.name}-f32`, why)
}

/** Chooses the taps of an op from the shape of its input. */
type TapsOf<A extends object> = (x: Shape, attributes: A, where: string) => SpatialTaps

function forward<A extends object>(tapsOf: TapsOf<A>, fill: (attributes: A) => number) {
  return (node: Node<A>): Lowering => {
    const { shape } = present(node.inputs[0], 'input')
    return lowerTaps(node, tapsOf(shape, node.attributes, node.path), fill(node.attributes))
  }
}

function backward<A extends object>(tapsOf: TapsOf<A>) {
  return (node: Node<BackwardOf<A>>): Lowering => {
    const { inputShape } = node.attributes
    const taps = tapsOf(inputShape, node.attributes, node.path)
    return lowerTaps(node, backwardTaps(taps, inputShape), 0)
  }
}

export const lowerPad = forward<PadAttributes>(padTaps, ({ value }) => value)
export const lowerPadBackward = backward<PadAttributes>(padTaps)
export const lowerResizeNearest = forward<ResizeNearestAttributes>(nearestTaps, () => 0)
export const lowerResizeNearestBackward = backward<ResizeNearestAttributes>(nearestTaps)
export const lowerResizeBilinear = forward<ResizeBilinearAttributes>(linearTaps, () => 0)
export const lowerResizeBilinearBackward = backward<ResizeBilinearAttributes>(linearTaps)
