import { type Module, Scope } from '../../engine/graph/module.ts'
import { elementLoss } from '../../engine/ops/elementLoss/elementLoss.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { completed, maskedInput } from './maskedPictures.ts'

/** The path under which the network's constants stand. */
const path = 'perceptual'

/** What pictures are compared by. */
export interface PerceptualOptions {
  /** Takes pictures `[N, 3, H, W]` from −1 to 1; what it gives is compared. */
  readonly network: Module
  /** All of its variables. They are never changed. */
  readonly weights: NamedTensors
  /** Name of the weights, which tells two runs apart: a hash of the file, for example. */
  readonly version: string
}

/**
 * Mean absolute difference of what a network sees in the true picture and in the one whose hole was filled
 * (Johnson, Alahi and Fei-Fei 2016; Liu et al. 2018). The network stands still and behaves as in inference.
 */
export function perceptualLoss({ network, weights, version }: PerceptualOptions): Loss {
  return {
    against: 'targets',
    networks: [path],
    constants: new Map([...weights].map(([name, tensor]) => [`${path}.${name}`, tensor])),
    describe: () => ({ type: 'perceptual', network: network.describe(), version }),
    build(builder, output) {
      const targets = builder.input('targets', output.shape)
      const { holes } = maskedInput(builder, output.shape)
      const scope = new Scope(builder, 'inference', path)
      const seen = [completed(builder, { output, targets, holes }), targets].map((picture) =>
        network.build(scope, picture),
      )
      const attributes = { kind: 'meanAbsoluteError', beta: 1 } as const
      return { loss: builder.applyOne(elementLoss, seen, attributes, 'loss') }
    },
  }
}
