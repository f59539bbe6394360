import { Scope } from '../../engine/graph/module.ts'
import { add } from '../../engine/ops/add/add.ts'
import { mean } from '../../engine/ops/sum/sum.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { formatShape, sameShape } from '../../foundation/shape.ts'
import type { Loss } from '../losses/loss.ts'
import { weighted } from '../losses/sumOfLosses.ts'
import { type Adversary, discriminatorPath } from './adversary.ts'

/** A generator's loss: what it is to come near to, and whom it is to deceive. */
export interface AdversarialLossOptions {
  readonly content: Loss
  readonly adversary: Required<Omit<Adversary, 'weights'>>
}

/**
 * `content + weight · (−mean D(made))`, the generator's side of the hinge loss (Lim and Ye 2017; Miyato et al.
 * 2018). The discriminator behaves as in inference here: it passes gradients on and changes nothing of itself.
 * Shows `real` and `made`, of which the discriminator's own step is made. Terms: those of `content` (or
 * itself), and `adversarial`, the unweighted judgement.
 */
export function adversarialLoss({ content, adversary }: AdversarialLossOptions): Loss {
  const { discriminator, weight, exhibition, optimizer, learningRate } = adversary
  return {
    ...content,
    networks: [...(content.networks ?? []), discriminatorPath],
    describe: () => ({
      type: 'adversarial',
      content: content.describe(),
      discriminator: discriminator.describe(),
      exhibition: exhibition.describe(),
      ...{ weight, optimizer, learningRate },
    }),
    build(builder, output) {
      const own = content.build(builder, output)
      const { real, made } = exhibition.build(builder, output)
      if (!sameShape(real.shape, made.shape)) {
        throw new SluiceError('shape', 'the discriminator is shown things of two shapes', {
          where: exhibition.describe().type,
          expected: formatShape(real.shape),
          received: formatShape(made.shape),
        })
      }
      const scope = new Scope(builder, 'inference', discriminatorPath)
      const judgement = discriminator.build(scope, made)
      const axes = judgement.shape.map((_, axis) => axis)
      const mood = builder.applyOne(mean, [judgement], { axes, keepDims: false }, 'adversarial')
      const term = weighted(builder, mood, -1)
      return {
        ...own,
        loss: builder.applyOne(add, [own.loss, weighted(builder, term, weight)], {}, 'loss'),
        terms: { ...(own.terms ?? { content: own.loss }), adversarial: term },
        shown: { ...own.shown, real, made },
      }
    },
  }
}
