import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type {
  AveragePoolAttributes,
  AveragePoolBackwardAttributes,
} from '../../../engine/ops/averagePool/averagePool.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import type { PoolAttributes } from '../../../engine/ops/pooling/window.ts'
import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import {
  AVERAGE_POOL,
  AVERAGE_POOL_BACKWARD,
  GLOBAL_AVERAGE_POOL,
  GLOBAL_AVERAGE_POOL_BACKWARD,
  MAX_POOL,
  MAX_POOL_BACKWARD,
} from '../abi/kernelIds.ts'
import { batchOf, channelsOf, pixelsOf } from '../layout.ts'
import { type Argument, type NodeEnds, StepRecorder } from '../step.ts'

/** The words of `kernels/pool.ts` after its three pointers. */
function windowWords(
  inputShape: Shape,
  outputShape: Shape,
  attributes: Omit<PoolAttributes, 'dilation'> & Partial<PoolAttributes>,
  countIncludePad: boolean,
): Argument[] {
  const { kernelSize, stride, padding, dilation = [1, 1, 1] } = attributes
  return [
    channelsOf(inputShape),
    ...spatial(inputShape).size,
    ...spatial(outputShape).size,
    ...kernelSize,
    ...stride,
    ...padding.map(([before]) => before),
    ...dilation,
    countIncludePad ? 1 : 0,
    ...padding.map(([, after]) => after),
  ]
}

export function lowerMaxPool(node: Node<PoolAttributes>): Lowering {
  const [x] = node.inputs
  const [y, indices] = node.outputs
  const input = present(x, 'input').shape
  const output = present(y, 'output').shape
  const recorder = new StepRecorder()
  recorder.add(MAX_POOL, batchOf(output) * spatial(output).size[0], [
    { value: x },
    { value: y },
    { value: indices },
    ...windowWords(input, output, node.attributes, false),
  ])
  return recorder.finish('maxPool-f32', 'a slice of depth per chunk')
}

export function lowerMaxPoolBackward(node: NodeEnds): Lowering {
  const [indices, dy] = node.inputs
  const [dx] = node.outputs
  const input = present(dx, 'gradient').shape
  const output = present(dy, 'gradient').shape
  const recorder = new StepRecorder()
  recorder.add(MAX_POOL_BACKWARD, batchOf(input), [
    { value: dy },
    { value: dx },
    { value: indices },
    channelsOf(input),
    ...spatial(input).size,
    ...spatial(output).size,
  ])
  return recorder.finish('maxPoolBackward-f32', 'a sample per chunk: windows may overlap')
}

export function lowerAveragePool(node: Node<AveragePoolAttributes>): Lowering {
  const [x] = node.inputs
  const [y] = node.outputs
  const input = present(x, 'input').shape
  const output = present(y, 'output').shape
  const recorder = new StepRecorder()
  const [depth, height] = spatial(output).size
  recorder.add(AVERAGE_POOL, batchOf(output) * depth * height, [
    { value: x },
    { value: y },
    0,
    ...windowWords(input, output, node.attributes, node.attributes.countIncludePad),
  ])
  return recorder.finish('averagePool-f32', 'a row per chunk')
}

export function lowerAveragePoolBackward(node: Node<AveragePoolBackwardAttributes>): Lowering {
  const [dy] = node.inputs
  const [dx] = node.outputs
  const input = present(dx, 'gradient').shape
  const output = present(dy, 'gradient').shape
  const recorder = new StepRecorder()
  recorder.add(AVERAGE_POOL_BACKWARD, batchOf(input) * spatial(input).size[0], [
    { value: dy },
    { value: dx },
    0,
    ...windowWords(input, output, node.attributes, node.attributes.countIncludePad),
  ])
  return recorder.finish('averagePoolBackward-f32', 'gathers windows, a slice of depth per chunk')
}

export function lowerGlobalAveragePool(node: NodeEnds): Lowering {
  const [x] = node.inputs
  const { shape } = present(x, 'input')
  const recorder = new StepRecorder()
  const y = { value: node.outputs[0] }
  const args = [{ value: x }, y, pixelsOf(shape), channelsOf(shape)]
  recorder.add(GLOBAL_AVERAGE_POOL, batchOf(shape), args)
  return recorder.finish('globalAveragePool-f32', 'a sample per chunk')
}

export function lowerGlobalAveragePoolBackward(node: NodeEnds): Lowering {
  const dx = present(node.outputs[0], 'gradient')
  const recorder = new StepRecorder()
  recorder.add(GLOBAL_AVERAGE_POOL_BACKWARD, batchOf(dx.shape), [
    { value: node.inputs[0] },
    { value: dx },
    pixelsOf(dx.shape),
    channelsOf(dx.shape),
  ])
  return recorder.finish('globalAveragePoolBackward-f32', 'a sample per chunk')
}
