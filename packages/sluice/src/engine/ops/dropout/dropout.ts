import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { philox } from '../../../foundation/random.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'

export interface DropoutAttributes {
  /** Chance of an element to be dropped, from 0 to below 1. */
  readonly probability: number
  readonly seed: number
  /** Number of this layer's own stream of random words. */
  readonly stream: number
}

/**
 * Visits row-major offsets together with the number under which an element is drawn: its place in
 * channels-last order `[N, …space, C]`, which is the order of the fast devices' memory.
 */
function forEachDrawn(shape: Shape, visit: (at: number, drawn: number) => void): void {
  const [batch = 1, channels = 1, ...space] = shape
  const pixels = elementCount(space)
  let drawn = 0
  for (let n = 0; n < batch; n++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        visit((n * channels + channel) * pixels + pixel, drawn++)
      }
    }
  }
}

/**
 * Dropout: `y = x / (1 − p)` where kept, else 0. The mask is a pure function of (seed, stream, step,
 * element), four elements to one Philox block, so the backward pass draws it again instead of
 * storing it: the gradient is the same op on `dy`. Inputs: `x` and the step, an int32 scalar.
 */
export const dropout: OpDefinition<DropoutAttributes> = {
  name: 'dropout',
  infer(inputs, { probability }, where) {
    requireCount(inputs, 2, where)
    const x = inputAt(inputs, 0, 'input', where)
    inputOfShape(inputs, 1, 'step', [], where)
    if (!(probability >= 0 && probability < 1)) {
      throw new SluiceError('usage', 'dropout cannot drop with this probability', {
        where,
        expected: 'from 0 to below 1',
        received: `${probability}`,
      })
    }
    return [{ shape: x.shape, kind: x.kind }]
  },
  gradient({ builder, node, inputs: [, step], attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    return [builder.applyOne(dropout, [dy, present(step, 'step')], attributes, node.path)]
  },
  reference([x, step], [y], { probability, seed, stream }) {
    const input = present(x, 'x')
    const output = present(y, 'y').data
    const at = present(present(step, 'step').data[0], 'step')
    const threshold = Math.floor(probability * 2 ** 32)
    const words = new Uint32Array(4)
    forEachDrawn(input.shape, (offset, drawn) => {
      if (drawn % 4 === 0) philox(words, drawn / 4, at, 0, 0, seed, stream)
      const keep = (words[drawn % 4] as number) >= threshold
      output[offset] = keep ? (input.data[offset] as number) / (1 - probability) : 0
    })
  },
}
