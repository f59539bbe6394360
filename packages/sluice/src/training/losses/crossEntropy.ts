import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Value } from '../../engine/graph/value.ts'
import { softmaxCrossEntropy } from '../../engine/ops/softmaxCrossEntropy/softmaxCrossEntropy.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'

/** Mean cross entropy of logits `[N, classes]` with labels; `probabilities` come along. */
export interface CrossEntropy {
  readonly loss: Value
  readonly probabilities: Value
}

/**
 * Appends softmax and the mean cross entropy, with PyTorch's label smoothing.
 * @param labels int32 `[N]`
 */
export function crossEntropy(
  builder: GraphBuilder,
  logits: Value,
  labels: Value,
  labelSmoothing = 0,
): CrossEntropy {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SluiceError('usage', 'labelSmoothing must be from 0 to below 1', {
      received: String(labelSmoothing),
    })
  }
  const outputs = builder.apply(softmaxCrossEntropy, [logits, labels], { labelSmoothing }, 'loss')
  return {
    loss: present(outputs[0], 'loss'),
    probabilities: present(outputs[1], 'probabilities'),
  }
}
