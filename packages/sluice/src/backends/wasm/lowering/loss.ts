import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { ElementLossAttributes } from '../../../engine/ops/elementLoss/elementLoss.ts'
import { elementLossKinds } from '../../../engine/ops/elementLoss/lossKinds.ts'
import type { SoftmaxCrossEntropyAttributes } from '../../../engine/ops/softmaxCrossEntropy/softmaxCrossEntropy.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import {
  ELEMENT_LOSS_BACKWARD,
  ELEMENT_LOSS_PARTIAL,
  ELEMENT_LOSS_REDUCE,
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_BACKWARD,
} from '../abi/kernelIds.ts'
import { type Argument, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, elementChunks } from './chunks.ts'

/** Class weights as a table of float32; 0 where there are none. */
function weightTable({ classWeights }: SoftmaxCrossEntropyAttributes): Argument {
  if (classWeights === undefined) return 0
  return { table: new Uint32Array(Float32Array.from(classWeights).buffer) }
}

export function lowerSoftmaxCrossEntropy(node: Node<SoftmaxCrossEntropyAttributes>): Lowering {
  const [logits, labels] = node.inputs
  const [loss, probabilities] = node.outputs
  const [batch = 1, classes = 1] = present(logits, 'logits').shape
  const recorder = new StepRecorder()
  recorder.add(SOFTMAX_CROSS_ENTROPY, 1, [
    { value: logits },
    { value: labels },
    { value: loss },
    { value: probabilities },
    batch,
    classes,
    { double: node.attributes.labelSmoothing },
    weightTable(node.attributes),
  ])
  return recorder.finish('softmaxCrossEntropy-f32', 'double precision inside')
}

export function lowerSoftmaxCrossEntropyBackward(
  node: Node<SoftmaxCrossEntropyAttributes>,
): Lowering {
  const [probabilities, labels, dLoss] = node.inputs
  const [batch = 1, classes = 1] = present(probabilities, 'probabilities').shape
  const recorder = new StepRecorder()
  recorder.add(SOFTMAX_CROSS_ENTROPY_BACKWARD, 1, [
    { value: probabilities },
    { value: labels },
    { value: dLoss },
    { value: node.outputs[0] },
    batch,
    classes,
    { double: node.attributes.labelSmoothing },
    weightTable(node.attributes),
  ])
  return recorder.finish('softmaxCrossEntropyBackward-f32', 'one pass over the logits', [[0, 0]])
}

/** What both element loss kernels are told of the rule: its number, beta, and the target of all. */
function ruleArguments({ kind, beta, target = 0 }: ElementLossAttributes): Argument[] {
  return [elementLossKinds.indexOf(kind), { float: beta }, { float: target }]
}

export function lowerElementLoss(node: Node<ElementLossAttributes>): Lowering {
  const [x, target] = node.inputs
  const elements = elementCount(present(x, 'output of the model').shape)
  const parts = elementChunks(elements)
  const recorder = new StepRecorder()
  const partials = recorder.temporary(parts * 8)
  recorder.add(ELEMENT_LOSS_PARTIAL, parts, [
    elements,
    CHUNK_ELEMENTS,
    { value: x },
    { value: target },
    ...ruleArguments(node.attributes),
    partials,
  ])
  recorder.add(ELEMENT_LOSS_REDUCE, 1, [partials, parts, elements, { value: node.outputs[0] }])
  return recorder.finish('elementLoss-f32', `${parts} partial sums, added in order`)
}

export function lowerElementLossBackward(node: Node<ElementLossAttributes>): Lowering {
  const [x] = node.inputs
  const target = node.inputs.length > 2 ? node.inputs[1] : undefined
  const elements = elementCount(present(x, 'output of the model').shape)
  const recorder = new StepRecorder()
  recorder.add(ELEMENT_LOSS_BACKWARD, elementChunks(elements), [
    elements,
    CHUNK_ELEMENTS,
    { value: x },
    { value: target },
    ...ruleArguments(node.attributes),
    { value: node.inputs.at(-1) },
    { value: node.outputs[0] },
    { value: node.outputs[1] },
  ])
  return recorder.finish('elementLossBackward-f32', 'one pass over memory', [[0, 0]])
}
