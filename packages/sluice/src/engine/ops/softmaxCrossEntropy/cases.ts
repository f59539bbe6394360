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

/** Label smoothing, and whether the classes weigh 1, 1.5, 2 … over and over. */
const options = [
  { labelSmoothing: 0 },
  { labelSmoothing: 0.1 },
  { labelSmoothing: 0, weighted: true },
  { labelSmoothing: 0.1, weighted: true },
]

function attributesOf(option: (typeof options)[number], classes: number) {
  const { labelSmoothing, weighted = false } = option
  if (!weighted) return { labelSmoothing }
  const classWeights = Array.from({ length: classes }, (_, c) => 1 + 0.5 * (c % 5))
  return { labelSmoothing, classWeights }
}

export const softmaxCrossEntropyCases = opCases({
  op: softmaxCrossEntropy,
  looseness,
  cases: sizes.flatMap(([batch, classes, largest]) =>
    options.map((option) => ({
      name: `${batch} × ${classes}, logits to ±${largest}, ${JSON.stringify(option)}`,
      inputs: [
        activationInput('logits', [batch, classes], between(-largest, largest)),
        integerInput('labels', [batch], classes),
      ],
      attributes: attributesOf(option, classes),
    })),
  ),
})

export const softmaxCrossEntropyBackwardCases = opCases({
  op: softmaxCrossEntropyBackward,
  cases: sizes.flatMap(([batch, classes]) =>
    options.map((option) => ({
      name: `${batch} × ${classes}, ${JSON.stringify(option)}`,
      inputs: [
        activationInput('probabilities', [batch, classes], between(0, 1)),
        integerInput('labels', [batch], classes),
        plainInput('dLoss', [], between(0.5, 2)),
      ],
      attributes: attributesOf(option, classes),
    })),
  ),
})
