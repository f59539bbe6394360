import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape, sameShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { type Pair, spatial, type Triple } from '../convolution/geometry.ts'
import { inputOfRank, requireCount } from '../inputChecks.ts'
import {
  type PoolAttributes,
  poolOutputShape,
  positionOf,
  windowOffsets,
} from '../pooling/window.ts'

export interface AveragePoolAttributes {
  readonly kernelSize: Triple
  readonly stride: Triple
  readonly padding: readonly [Pair, Pair, Pair]
  /** Divide by the whole window, or by the part of it that lies in the input. */
  readonly countIncludePad: boolean
}

export interface AveragePoolBackwardAttributes extends AveragePoolAttributes {
  readonly inputShape: Shape
}

function windowOf({ kernelSize, stride, padding }: AveragePoolAttributes): PoolAttributes {
  return { kernelSize, stride, padding, dilation: [1, 1, 1] }
}

/** Visits each output with the inputs that it averages and the number by which it divides. */
function forEachWindow(
  inputShape: Shape,
  outputShape: Shape,
  attributes: AveragePoolAttributes,
  visit: (output: number, inputs: readonly number[], divisor: number) => void,
): void {
  const { size } = spatial(inputShape)
  const { size: outSize } = spatial(outputShape)
  const window = windowOf(attributes)
  const inPixels = elementCount(size)
  const outPixels = elementCount(outSize)
  for (let i = 0; i < elementCount(outputShape); i++) {
    const channel = Math.floor(i / outPixels) * inPixels
    const position = positionOf(i % outPixels, outSize)
    const inputs = [...windowOffsets(size, window, position)].map((offset) => channel + offset)
    const divisor = attributes.countIncludePad ? elementCount(window.kernelSize) : inputs.length
    visit(i, inputs, divisor)
  }
}

/** Spreads each gradient evenly over what was averaged. */
export const averagePoolBackward: OpDefinition<AveragePoolBackwardAttributes> = {
  name: 'averagePoolBackward',
  infer(inputs, attributes, where) {
    requireCount(inputs, 1, where)
    const dy = inputOfRank(inputs, 0, 'gradient', 3, 5, where)
    const { inputShape } = attributes
    const expected = poolOutputShape(inputShape, windowOf(attributes), where)
    if (!sameShape(dy.shape, expected)) {
      throw new SluiceError('shape', 'the gradient does not have the shape of the output', {
        where,
        expected: formatShape(expected),
        received: formatShape(dy.shape),
      })
    }
    return [{ shape: inputShape }]
  },
  reference([dy], [dx], attributes) {
    const gradient = present(dy, 'dy')
    const target = present(dx, 'dx')
    forEachWindow(target.shape, gradient.shape, attributes, (output, inputs, divisor) => {
      const share = (gradient.data[output] as number) / divisor
      for (const at of inputs) target.data[at] = (target.data[at] as number) + share
    })
  },
  sumLength: ({ attributes }) => elementCount(attributes.kernelSize),
}

/** Mean over windows, as PyTorch's `AvgPool` without `ceil_mode`. */
export const averagePool: OpDefinition<AveragePoolAttributes> = {
  name: 'averagePool',
  infer(inputs, attributes, where) {
    requireCount(inputs, 1, where)
    const x = inputOfRank(inputs, 0, 'input', 3, 5, where)
    return [{ shape: poolOutputShape(x.shape, windowOf(attributes), where) }]
  },
  gradient({ builder, node, inputs: [x], attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    const inputShape = present(x, 'x').shape
    return [builder.applyOne(averagePoolBackward, [dy], { ...attributes, inputShape }, node.path)]
  },
  reference([x], [y], attributes) {
    const input = present(x, 'x')
    const target = present(y, 'y')
    forEachWindow(input.shape, target.shape, attributes, (output, inputs, divisor) => {
      let sum = 0
      for (const at of inputs) sum += input.data[at] as number
      target.data[output] = sum / divisor
    })
  },
  sumLength: ({ attributes }) => elementCount(attributes.kernelSize),
}
