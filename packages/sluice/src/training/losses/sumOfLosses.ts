import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { scale } from '../../engine/ops/scale/scale.ts'
import { SluiceError } from '../../foundation/errors.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { checkRange } from '../optimizers/checkRange.ts'
import type { Loss } from './loss.ts'

/** One of several losses, and what it weighs. */
export interface WeightedLoss {
  readonly loss: Loss
  /** From 0 up. Default 1. */
  readonly weight?: number
}

/**
 * Losses against tensors, weighted and added. Terms are those of each part, or the part itself by its name,
 * unweighted.
 * @throws SluiceError `usage` for no losses, one against labels, or a weight below 0
 */
export function sumOfLosses(parts: Readonly<Record<string, WeightedLoss>>): Loss {
  const named = Object.entries(parts).map(([name, { loss, weight = 1 }]) => {
    checkRange('sumOfLosses', `the weight of ${name}`, weight, 0, Number.MAX_VALUE)
    return { name, loss, weight }
  })
  if (named.length === 0 || named.some(({ loss }) => loss.against === 'labels')) {
    throw new SluiceError('usage', 'these losses cannot be added', {
      where: 'sumOfLosses',
      expected: 'one or more losses that compare with targets',
      received: named.map(({ name, loss }) => `${name} against ${loss.against}`).join(', '),
    })
  }
  const constants: NamedTensors = new Map(named.flatMap(({ loss }) => [...(loss.constants ?? [])]))
  return {
    against: 'targets',
    networks: named.flatMap(({ loss }) => loss.networks ?? []),
    constants,
    describe: () => ({
      type: 'sum',
      parts: named.map(({ name, loss, weight }) => ({ name, weight, loss: loss.describe() })),
    }),
    build(builder, output) {
      const built = named.map(({ name, loss, weight }) => {
        const own = loss.build(builder, output)
        return { name, own, weighted: weighted(builder, own.loss, weight) }
      })
      const loss = built
        .map((part) => part.weighted)
        .reduce((sum, next) => builder.applyOne(add, [sum, next], {}, 'loss'))
      const terms = built.map(({ name, own }) => own.terms ?? { [name]: own.loss })
      const shown = built.map(({ own }) => own.shown ?? {})
      return { loss, terms: Object.assign({}, ...terms), shown: Object.assign({}, ...shown) }
    },
  }
}

/** A scalar times a constant. */
export function weighted(builder: GraphBuilder, term: Value, factor: number): Value {
  return builder.applyOne(scale, [term], { factor, offset: 0 }, 'loss')
}
