import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { shapeOf, spatial, type Triple } from '../convolution/geometry.ts'
import { activationOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { mostTaps, type SpatialTaps } from './axisTaps.ts'
import { backwardTaps, resample } from './resample.ts'

/** Attributes of a gradient, which must know where it goes back to. */
export type BackwardOf<A extends object> = A & { readonly inputShape: Shape }

/** One way of choosing taps, which is all in which padding and resizing differ. */
export interface Resampling<A extends object> {
  readonly name: string
  /** Sizes of the output, or an error naming `where`: without the taps, which may be many. */
  size(x: Shape, attributes: A, where: string): Triple
  /** What each output reads. */
  taps(x: Shape, attributes: A): SpatialTaps
  /** What outputs get that read nothing. */
  fill(attributes: A): number
}

/** The op `[N, C, …space]` → `[N, C, …]` that reads these taps, and its gradient, which reads them backwards. */
export function resamplingOps<A extends object>({
  name,
  size,
  taps,
  fill,
}: Resampling<A>): readonly [OpDefinition<A>, OpDefinition<BackwardOf<A>>] {
  const shapeAfter = (x: Shape, attributes: A, where: string) => {
    const { batch, channels } = spatial(x)
    return shapeOf(x.length, batch, channels, size(x, attributes, where))
  }
  const backTaps = (attributes: BackwardOf<A>) =>
    backwardTaps(taps(attributes.inputShape, attributes), attributes.inputShape)
  const backward = {
    name: `${name}Backward`,
    infer(inputs, attributes, where) {
      requireCount(inputs, 1, where)
      const { inputShape } = attributes
      inputOfShape(inputs, 0, 'gradient', shapeAfter(inputShape, attributes, where), where)
      return [{ shape: inputShape }]
    },
    reference([dy], [dx], attributes) {
      resample(present(dy, 'dy'), present(dx, 'dx'), backTaps(attributes), 0)
    },
    sumLength: ({ attributes }) => mostTaps(backTaps(attributes)),
  } satisfies OpDefinition<BackwardOf<A>>
  const forward = {
    name,
    infer(inputs, attributes, where) {
      requireCount(inputs, 1, where)
      const x = activationOfRank(inputs, 0, 'input', 3, 5, where)
      return [{ shape: shapeAfter(x.shape, attributes, where) }]
    },
    gradient({ builder, node, inputs: [x], attributes, outputGradients: [dy] }) {
      if (dy === undefined) return []
      const inputShape = present(x, 'x').shape
      return [builder.applyOne(backward, [dy], { ...attributes, inputShape }, node.path)]
    },
    reference([x], [y], attributes) {
      const input = present(x, 'x')
      resample(input, present(y, 'y'), taps(input.shape, attributes), fill(attributes))
    },
  } satisfies OpDefinition<A>
  return [forward, backward]
}
