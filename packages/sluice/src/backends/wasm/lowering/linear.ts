import type { Lowering } from '../../../engine/device/device.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { present } from '../../../foundation/invariant.ts'
import {
  LINEAR_BACKWARD_INPUT,
  LINEAR_BACKWARD_WEIGHT,
  LINEAR_PARTIAL,
  LINEAR_REDUCE,
} from '../abi/kernelIds.ts'
import { type Argument, type NodeEnds, StepRecorder } from '../step.ts'
import { ceilDivide } from './chunks.ts'

/** Features of one part: 16 KB of each row, so that a part of x and w stays in the cache. */
const PART_FEATURES = 4096

export function lowerLinear(node: NodeEnds): Lowering {
  const [x, weight] = node.inputs
  const recorder = new StepRecorder()
  const parts = addLinear(recorder, node, { value: x }, { value: weight })
  return recorder.finish('linear-f32-dot', `${parts} parts of ${PART_FEATURES} features`)
}

/**
 * Records a linear layer of which input and weights lie anywhere, in one order of features or another.
 * Returns the number of parts.
 */
export function addLinear(
  recorder: StepRecorder,
  { inputs, outputs: [y] }: NodeEnds,
  x: Argument,
  weights: Argument,
): number {
  const [, weight, bias] = inputs
  const [outputs = 1, features = 1] = present(weight, 'weight').shape
  const batch = present(y, 'output').shape[0] ?? 1
  const parts = ceilDivide(features, PART_FEATURES)
  const partials = recorder.temporary(parts * batch * outputs * 4)
  const sizes = [batch, features, outputs, PART_FEATURES]
  recorder.add(LINEAR_PARTIAL, parts, [x, weights, partials, ...sizes])
  const ends = [{ value: y }, batch, outputs, { value: bias }]
  recorder.add(LINEAR_REDUCE, batch, [partials, parts, ...ends])
  return parts
}

/** Features of one chunk of the gradients: several chunks for every layer of some size. */
export function gradientChunk(features: number): number {
  return Math.max(64, Math.min(PART_FEATURES, Math.ceil(features / 64) * 4))
}

function lowerGradient(
  node: NodeEnds,
  kernel: number,
  operands: readonly (Value | undefined)[],
  batch: number,
  outputs: number,
  features: number,
): Lowering {
  const chunk = gradientChunk(features)
  const recorder = new StepRecorder()
  recorder.add(kernel, ceilDivide(features, chunk), [
    ...operands.map((value) => ({ value })),
    { value: node.outputs[0] },
    batch,
    features,
    outputs,
    chunk,
  ])
  return recorder.finish(`${node.op.name}-f32`, 'vectors along the features')
}

export function lowerLinearBackwardInput(node: NodeEnds): Lowering {
  const [weight, dy] = node.inputs
  const [outputs = 1, features = 1] = present(weight, 'weight').shape
  const batch = present(dy, 'gradient').shape[0] ?? 1
  return lowerGradient(node, LINEAR_BACKWARD_INPUT, [weight, dy], batch, outputs, features)
}

export function lowerLinearBackwardWeight(node: NodeEnds): Lowering {
  const [x, dy] = node.inputs
  const [batch = 1, features = 1] = present(x, 'input').shape
  const outputs = present(dy, 'gradient').shape[1] ?? 1
  return lowerGradient(node, LINEAR_BACKWARD_WEIGHT, [x, dy], batch, outputs, features)
}
