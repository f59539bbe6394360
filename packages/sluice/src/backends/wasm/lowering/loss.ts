import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { SoftmaxCrossEntropyAttributes } from '../../../engine/ops/softmaxCrossEntropy/softmaxCrossEntropy.ts'
import { present } from '../../../foundation/invariant.ts'
import { SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_BACKWARD } from '../kernelIds.ts'
import { StepRecorder } from '../step.ts'

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
  ])
  return recorder.finish('softmaxCrossEntropyBackward-f32', 'one pass over the logits', [[0, 0]])
}
