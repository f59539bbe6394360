import {
  type ConvolutionAttributes,
  spatial,
  type Triple,
} from '../../../engine/ops/convolution/geometry.ts'
import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import type { ConvolutionGrid } from './blocks.ts'

const triple = (rule: (axis: 0 | 1 | 2) => number): Triple => [rule(0), rule(1), rule(2)]
const ZERO: Triple = [0, 0, 0]
const ONE: Triple = [1, 1, 1]

/** Every tap of a kernel, in the order in which PyTorch stores it. */
export function allTaps(kernel: Triple, dilation: Triple): Triple[] {
  const taps: Triple[] = []
  for (let d = 0; d < kernel[0]; d++) {
    for (let h = 0; h < kernel[1]; h++) {
      for (let w = 0; w < kernel[2]; w++) {
        taps.push([d * dilation[0], h * dilation[1], w * dilation[2]])
      }
    }
  }
  return taps
}

/** The forward pass (and the pixels of the weight gradient): one grid point per output. */
export function forwardGrid(
  x: Shape,
  weight: Shape,
  y: Shape,
  attributes: ConvolutionAttributes,
): ConvolutionGrid {
  const input = spatial(x)
  const kernel = spatial(weight)
  const output = spatial(y)
  return {
    batch: input.batch,
    inChannels: input.channels,
    inSize: input.size,
    groupChannels: kernel.channels,
    segments: 1,
    segmentStep: 0,
    groups: attributes.groups,
    gridSize: output.size,
    inStride: attributes.stride,
    inOrigin: triple((axis) => -attributes.padding[axis][0]),
    taps: allTaps(kernel.size, attributes.dilation),
    outChannels: output.channels,
    outSize: output.size,
    outStep: ONE,
    outOrigin: ZERO,
  }
}

/** One phase of the input gradient: the input positions that share a remainder modulo the stride. */
export interface BackwardPhase {
  readonly grid: ConvolutionGrid
  /** Which taps of the kernel meet this phase. */
  readonly tapIndices: Uint32Array
}

/**
 * The input gradient as ordinary convolutions over `dy`. Input position `p` is reached from output
 * `q` by tap `t` when `p = q·stride − padding + t·dilation`; so the positions `p ≡ phase (mod stride)`
 * see the taps for which `(phase + padding − t·dilation)` divides by the stride, at `dy` offset
 * `(phase + padding − t·dilation) / stride`.
 */
export function backwardPhases(
  inputShape: Shape,
  weight: Shape,
  dy: Shape,
  branches: number,
  attributes: ConvolutionAttributes,
): BackwardPhase[] {
  const input = spatial(inputShape)
  const kernel = spatial(weight)
  const gradient = spatial(dy)
  const { stride, padding, dilation, groups } = attributes
  const outputs = gradient.channels / branches
  const taps = allTaps(kernel.size, dilation)
  const phases: BackwardPhase[] = []
  for (let d = 0; d < Math.min(stride[0], input.size[0]); d++) {
    for (let h = 0; h < Math.min(stride[1], input.size[1]); h++) {
      for (let w = 0; w < Math.min(stride[2], input.size[2]); w++) {
        const phase: Triple = [d, h, w]
        const used: number[] = []
        const offsets: Triple[] = []
        // From the last tap to the first: the kernel is walked backwards, so offsets ascend and
        // neighbouring taps make runs.
        for (let index = taps.length - 1; index >= 0; index--) {
          const tap = present(taps[index], 'tap')
          const reach = triple((axis) => phase[axis] + padding[axis][0] - tap[axis])
          if (reach.some((value, axis) => value % (stride[axis] ?? 1) !== 0)) continue
          used.push(index)
          offsets.push(triple((axis) => reach[axis] / stride[axis]))
        }
        const origin = triple((axis) => {
          const lowest = Math.min(...offsets.map((offset) => offset[axis]))
          return Number.isFinite(lowest) ? lowest : 0
        })
        phases.push({
          tapIndices: Uint32Array.from(used),
          grid: {
            batch: input.batch,
            inChannels: gradient.channels,
            inSize: gradient.size,
            groupChannels: outputs / groups,
            segments: branches,
            segmentStep: outputs,
            groups,
            gridSize: triple((axis) => Math.ceil((input.size[axis] - phase[axis]) / stride[axis])),
            inStride: ONE,
            inOrigin: origin,
            taps: offsets.map((offset) => triple((axis) => offset[axis] - origin[axis])),
            outChannels: input.channels,
            outSize: input.size,
            outStep: stride,
            outOrigin: phase,
          },
        })
      }
    }
  }
  return phases
}
