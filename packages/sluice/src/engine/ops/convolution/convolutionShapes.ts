import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'
import type { Node } from '../../graph/graph.ts'
import type { Value } from '../../graph/value.ts'
import { inputAt, inputOfRank } from '../inputChecks.ts'
import {
  type ConvolutionAttributes,
  checkWindow,
  shapeOf,
  spatial,
  windowOutputSize,
} from './geometry.ts'

/** Shape of the convolution of `x` with `weight` `[O, C/groups, …k]`, by PyTorch's rules. */
export function convolutionOutputShape(
  x: Shape,
  weight: Shape,
  attributes: ConvolutionAttributes,
  where: string,
): Shape {
  const { groups } = attributes
  checkWindow(attributes, where)
  if (weight.length !== x.length) {
    throw new SluiceError('shape', 'the weight has a wrong number of dimensions', {
      where,
      expected: `${x.length}, as the input ${formatShape(x)}`,
      received: formatShape(weight),
    })
  }
  const { batch, channels, size } = spatial(x)
  const { batch: outChannels, channels: perGroup, size: kernel } = spatial(weight)
  if (!Number.isSafeInteger(groups) || groups < 1 || channels % groups || outChannels % groups) {
    throw new SluiceError('shape', 'the channels do not fall into whole groups', {
      where,
      expected: `groups that divide ${channels} and ${outChannels}`,
      received: `${groups}`,
    })
  }
  if (perGroup * groups !== channels) {
    throw new SluiceError('shape', 'the weight is made for another number of input channels', {
      where,
      expected: `${channels / groups} per group, for the input ${formatShape(x)}`,
      received: `${perGroup}, weight ${formatShape(weight)}`,
      fix: 'set inChannels to the channels of the input',
    })
  }
  return shapeOf(x.length, batch, outChannels, windowOutputSize(size, kernel, attributes, where))
}

/** Reads the inputs `x` and `weight` of a convolution and gives the output's shape. */
export function convolutionShapeOf(
  inputs: readonly Value[],
  attributes: ConvolutionAttributes,
  where: string,
): Shape {
  const x = inputOfRank(inputs, 0, 'input', 3, 5, where)
  const weight = inputAt(inputs, 1, 'weight', where)
  return convolutionOutputShape(x.shape, weight.shape, attributes, where)
}

/** Products behind one output element: kernel taps times channels of a group. */
export function tapsPerOutput(weight: Shape): number {
  return weight.slice(1).reduce((product, size) => product * size, 1)
}

/** The shape of input `index` of a node, for questions about costs. */
export function inputShape(node: Node, index: number): Shape {
  return node.inputs[index]?.shape ?? []
}
