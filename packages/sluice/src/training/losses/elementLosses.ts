import { elementLoss } from '../../engine/ops/elementLoss/elementLoss.ts'
import type { ElementLossKind } from '../../engine/ops/elementLoss/lossKinds.ts'
import { SluiceError } from '../../foundation/errors.ts'
import type { Loss } from './loss.ts'

/** Options of all losses that compare element by element. */
export interface ElementLossOptions {
  /** One target for all elements, such as 1 for "real"; batches then bring no `targets`. */
  readonly target?: number
}

/** Mean absolute difference from `targets` (L1), as PyTorch's `L1Loss`. */
export function meanAbsoluteError(options: ElementLossOptions = {}): Loss {
  return ofElements('meanAbsoluteError', options)
}

/** Mean squared difference from `targets` (L2), as PyTorch's `MSELoss`. */
export function meanSquaredError(options: ElementLossOptions = {}): Loss {
  return ofElements('meanSquaredError', options)
}

/**
 * Squared within `beta` of the target and straight beyond, as PyTorch's `SmoothL1Loss`. Default
 * beta 1. @throws SluiceError `usage` for a beta below 0
 */
export function smoothL1(options: ElementLossOptions & { readonly beta?: number } = {}): Loss {
  const { beta = 1, ...rest } = options
  if (!(beta >= 0 && Number.isFinite(beta))) {
    throw new SluiceError('usage', 'beta must be a number from 0 up', {
      where: 'smoothL1',
      received: String(beta),
    })
  }
  return ofElements('smoothL1', rest, beta)
}

/** Mean binary cross entropy of logits with `targets` of 0 to 1, as PyTorch's `BCEWithLogitsLoss`. */
export function binaryCrossEntropyWithLogits(options: ElementLossOptions = {}): Loss {
  return ofElements('binaryCrossEntropyWithLogits', options)
}

/** `mean(max(0, 1 − target · x))` with targets ±1: the discriminator's loss of Lim and Ye 2017. */
export function hinge(options: ElementLossOptions = {}): Loss {
  return ofElements('hinge', options)
}

function ofElements(kind: ElementLossKind, { target }: ElementLossOptions, beta = 1): Loss {
  const constant = target === undefined ? {} : { target }
  return {
    against: 'targets',
    describe: () => ({ type: kind, ...constant, ...(kind === 'smoothL1' ? { beta } : {}) }),
    build(builder, output) {
      const compared =
        target === undefined
          ? [output, builder.input('targets', output.shape, { kind: output.kind })]
          : [output]
      return { loss: builder.applyOne(elementLoss, compared, { kind, beta, ...constant }, 'loss') }
    },
  }
}
