import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { ActivationAttributes } from '../../../engine/ops/activation/activation.ts'
import type { DropoutAttributes } from '../../../engine/ops/dropout/dropout.ts'
import type { GateAttributes } from '../../../engine/ops/gatedConvolution/gateBackward.ts'
import type { ScaleAttributes } from '../../../engine/ops/scale/scale.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import {
  ACTIVATION,
  ACTIVATION_BACKWARD,
  ADD,
  DIVIDE,
  DROPOUT,
  GATE_BACKWARD,
  MULTIPLY,
  RELU_BACKWARD,
  SCALE,
  SUBTRACT,
} from '../abi/kernelIds.ts'
import { batchOf, channelsOf, pixelsOf } from '../layout.ts'
import { type Argument, type NodeEnds, StepRecorder } from '../step.ts'
import { activationCode } from './activationCode.ts'
import { CHUNK_ELEMENTS, ceilDivide, elementChunks } from './chunks.ts'
import { rowParts } from './rows.ts'

/** One pass over all elements; the output may take over the memory of any input named. */
function lowerPass(
  node: NodeEnds,
  kernel: number,
  args: readonly Argument[],
  inPlace: readonly number[],
): Lowering {
  const elements = elementCount(present(node.outputs[0], 'output').shape)
  const recorder = new StepRecorder()
  recorder.add(kernel, elementChunks(elements), [elements, CHUNK_ELEMENTS, ...args])
  return recorder.finish(
    `${node.op.name}-f32`,
    'one pass over memory',
    inPlace.map((input) => [0, input] as const),
  )
}

/** `y` from two tensors, in the place of either. */
function lowerPair(node: NodeEnds, kernel: number): Lowering {
  const [a, b] = node.inputs
  return lowerPass(node, kernel, [{ value: a }, { value: b }, { value: node.outputs[0] }], [0, 1])
}

export const lowerAdd = (node: NodeEnds): Lowering => lowerPair(node, ADD)
export const lowerSubtract = (node: NodeEnds): Lowering => lowerPair(node, SUBTRACT)
export const lowerMultiply = (node: NodeEnds): Lowering => lowerPair(node, MULTIPLY)
export const lowerDivide = (node: NodeEnds): Lowering => lowerPair(node, DIVIDE)

export function lowerScale(node: Node<ScaleAttributes>): Lowering {
  const { factor, offset } = node.attributes
  const ends = [{ value: node.inputs[0] }, { value: node.outputs[0] }]
  return lowerPass(node, SCALE, [...ends, { float: factor }, { float: offset }], [0])
}

export function lowerActivation(node: Node<ActivationAttributes>): Lowering {
  const code = activationCode[node.attributes.kind]
  const args = [{ value: node.inputs[0] }, { value: node.outputs[0] }, code]
  return lowerPass(node, ACTIVATION, args, [0])
}

export function lowerActivationBackward(node: Node<ActivationAttributes>): Lowering {
  const [x, dy] = node.inputs
  const code = activationCode[node.attributes.kind]
  const args = [{ value: x }, { value: dy }, { value: node.outputs[0] }, code]
  return lowerPass(node, ACTIVATION_BACKWARD, args, [1, 0])
}

export function lowerReluBackward(node: NodeEnds): Lowering {
  const [y, dy] = node.inputs
  const args = [{ value: y }, { value: dy }, { value: node.outputs[0] }]
  return lowerPass(node, RELU_BACKWARD, args, [1, 0])
}

export function lowerDropout(node: Node<DropoutAttributes>): Lowering {
  const [x, step] = node.inputs
  const { probability, seed, stream } = node.attributes
  const args = [
    { value: x },
    { value: node.outputs[0] },
    { value: step },
    Math.floor(probability * 2 ** 32) | 0,
    { float: 1 / (1 - probability) },
    seed | 0,
    stream | 0,
  ]
  return lowerPass(node, DROPOUT, args, [0])
}

/** Gradient of gate and product from the saved sums, in their place. */
export function lowerGateBackward(node: Node<GateAttributes>): Lowering {
  const [saved, dy] = node.inputs
  const { shape } = present(dy, 'gradient')
  const pixels = batchOf(shape) * pixelsOf(shape)
  const channels = channelsOf(shape)
  const { rows } = rowParts(pixels, channels)
  const { featureActivation, gateActivation, activation } = node.attributes
  const recorder = new StepRecorder()
  recorder.add(GATE_BACKWARD, ceilDivide(pixels, rows), [
    { value: saved },
    { value: dy },
    { value: node.outputs[0] },
    pixels,
    channels,
    rows,
    activationCode[featureActivation],
    activationCode[gateActivation],
    activation === 'relu' ? 1 : 0,
  ])
  return recorder.finish('gateBackward-f32', 'one pass over memory', [[0, 0]])
}
