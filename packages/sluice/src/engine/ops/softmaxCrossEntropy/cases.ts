import { activationInput, between, integerInput, opCases, plainInput } from '../opCase.ts'
import { softmaxCrossEntropy, softmaxCrossEntropyBackward } from './softmaxCrossEntropy.ts'

const looseness = {
  factor: 4,
  why: 'exponentials and logarithms in float32 are accurate to a few units in the last place',
}

/** Batch, classes, largest logit. */
const sizes: readonly (readonly [number, number, number])[] = [
  [1, 2, 2],
  [3, 10, 4],
  [5, 7, 80],
  [16, 101, 5],
]

const smoothings = [0, 0.1]

export const softmaxCrossEntropyCases = opCases({
  op: softmaxCrossEntropy,
  looseness,
  cases: sizes.flatMap(([batch, classes, largest]) =>
    smoothings.map((labelSmoothing) => ({
      name: `${batch} × ${classes}, logits to ±${largest}, smoothing ${labelSmoothing}`,
      inputs: [
        activationInput('logits', [batch, classes], between(-largest, largest)),
        integerInput('labels', [batch], classes),
      ],
      attributes: { labelSmoothing },
    })),
  ),
})

export const softmaxCrossEntropyBackwardCases = opCases({
  op: softmaxCrossEntropyBackward,
  cases: sizes.flatMap(([batch, classes]) =>
    smoothings.map((labelSmoothing) => ({
      name: `${batch} × ${classes}, smoothing ${labelSmoothing}`,
      inputs: [
        activationInput('probabilities', [batch, classes], between(0, 1)),
        integerInput('labels', [batch], classes),
        plainInput('dLoss', [], between(0.5, 2)),
      ],
      attributes: { labelSmoothing },
    })),
  ),
})
