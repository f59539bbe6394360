import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import { type PadAttributes, padTaps } from '../../../engine/ops/pad/padTaps.ts'
import {
  type AxisTaps,
  mostTaps,
  type SpatialTaps,
} from '../../../engine/ops/resampling/axisTaps.ts'
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
import { RESAMPLE } from '../abi/kernelIds.ts'
import { batchOf, channelsOf } from '../layout.ts'
import { type NodeEnds, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, ceilDivide } from './chunks.ts'

/** The table of one axis as `kernels/resample.ts` reads it. */
function tapTable({ starts, indices, weights }: AxisTaps): Uint32Array {
  const table = new Uint32Array(starts.length + 2 * indices.length)
  const floats = new Float32Array(table.buffer)
  table.set(starts)
  for (let tap = 0; tap < indices.length; tap++) {
    const at = starts.length + 2 * tap
    table[at] = indices[tap] as number
    floats[at + 1] = weights[tap] as number
  }
  return table
}

function copiesOnly(taps: SpatialTaps): boolean {
  return mostTaps(taps) === 1 && taps.every(({ weights }) => weights.every((w) => w === 1))
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
type TapsOf<A extends object> = (x: Shape, attributes: A) => SpatialTaps

function forward<A extends object>(tapsOf: TapsOf<A>, fill: (attributes: A) => number) {
  return (node: Node<A>): Lowering => {
    const { shape } = present(node.inputs[0], 'input')
    return lowerTaps(node, tapsOf(shape, node.attributes), fill(node.attributes))
  }
}

function backward<A extends object>(tapsOf: TapsOf<A>) {
  return (node: Node<BackwardOf<A>>): Lowering => {
    const { inputShape } = node.attributes
    const taps = tapsOf(inputShape, node.attributes)
    return lowerTaps(node, backwardTaps(taps, inputShape), 0)
  }
}

export const lowerPad = forward<PadAttributes>(padTaps, ({ value }) => value)
export const lowerPadBackward = backward<PadAttributes>(padTaps)
export const lowerResizeNearest = forward<ResizeNearestAttributes>(nearestTaps, () => 0)
export const lowerResizeNearestBackward = backward<ResizeNearestAttributes>(nearestTaps)
export const lowerResizeBilinear = forward<ResizeBilinearAttributes>(linearTaps, () => 0)
export const lowerResizeBilinearBackward = backward<ResizeBilinearAttributes>(linearTaps)
