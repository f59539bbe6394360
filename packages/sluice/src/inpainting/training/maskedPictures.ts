import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { concat } from '../../engine/ops/concat/concat.ts'
import { elementLoss } from '../../engine/ops/elementLoss/elementLoss.ts'
import { multiply } from '../../engine/ops/multiply/multiply.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { subtract } from '../../engine/ops/subtract/subtract.ts'
import type { Shape } from '../../foundation/shape.ts'

/** The network's input during training `[N, 4, H, W]`, of which the last channel is the mask. */
export interface MaskedInput {
  /** `[N, 1, H, W]`, 1 = hole. */
  readonly mask: Value
  /** The mask once for every colour. */
  readonly holes: Value
}

/** The mask of the batch that a training graph is given, for an output `[N, 3, H, W]`. */
export function maskedInput(builder: GraphBuilder, picture: Shape): MaskedInput {
  const [batch = 1, colours = 3, ...size] = picture
  const input = builder.input('input', [batch, colours + 1, ...size])
  const window = { axis: 1, start: colours, end: colours + 1 }
  const mask = builder.applyOne(slice, [input], window, 'mask')
  const copies = new Array<Value>(colours).fill(mask)
  return { mask, holes: builder.applyOne(concat, copies, { axis: 1 }, 'mask') }
}

/** A picture inside and outside of the hole, zero elsewhere. */
export function partsOf(builder: GraphBuilder, picture: Value, holes: Value) {
  const inside = builder.applyOne(multiply, [picture, holes], {}, 'hole')
  return { inside, outside: builder.applyOne(subtract, [picture, inside], {}, 'valid') }
}

/** The true picture with the network's one pasted into its hole. */
export function completed(
  builder: GraphBuilder,
  pictures: { readonly output: Value; readonly targets: Value; readonly holes: Value },
): Value {
  const { output, targets, holes } = pictures
  const difference = builder.applyOne(subtract, [output, targets], {}, 'completed')
  const inside = builder.applyOne(multiply, [difference, holes], {}, 'completed')
  return builder.applyOne(add, [targets, inside], {}, 'completed')
}

/** Mean absolute difference of two values, a scalar. */
export function absoluteDifference(builder: GraphBuilder, a: Value, b: Value): Value {
  return builder.applyOne(elementLoss, [a, b], { kind: 'meanAbsoluteError', beta: 1 }, 'loss')
}
