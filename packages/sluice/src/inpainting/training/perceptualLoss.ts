import { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { weighted } from '../../training/losses/sumOfLosses.ts'
import { absoluteDifference, completed, maskedInput } from './maskedPictures.ts'

/** The path under which the network's constants stand. */
const path = 'perceptual'

/** What pictures are compared by. */
export interface PerceptualOptions {
  /**
   * Builds a network on pictures `[N, 3, H, W]` from −1 to 1 and gives one or more of its layers
   * (`resnet34Trunk`, or of a module `(scope, picture) => [module.build(scope, picture)]`).
   */
  readonly features: (scope: Scope, picture: Value) => readonly Value[]
  /** All of the network's variables. They are never changed. */
  readonly weights: NamedTensors
  /** Names network and weights, which tells two runs apart: with a hash of the file, for example. */
  readonly version: string
}

/**
 * What a network sees in the true picture and in the one whose hole was filled: the mean absolute difference of
 * each layer, averaged over layers (Johnson, Alahi and Fei-Fei 2016; Liu et al. 2018). The network stands still
 * and behaves as in inference.
 */
export function perceptualLoss({ features, weights, version }: PerceptualOptions): Loss {
  return {
    against: 'targets',
    networks: [path],
    constants: new Map([...weights].map(([name, tensor]) => [`${path}.${name}`, tensor])),
    describe: () => ({ type: 'perceptual', version }),
    build(builder, output) {
      const targets = builder.input('targets', output.shape)
      const { holes } = maskedInput(builder, output.shape)
      const scope = new Scope(builder, 'inference', path)
      const filled = features(scope, completed(builder, { output, targets, holes }))
      const real = features(scope, targets)
      const distances = filled.map((value, layer) =>
        absoluteDifference(builder, value, present(real[layer], 'layer')),
      )
      const sum = distances.reduce((a, b) => builder.applyOne(add, [a, b], {}, 'loss'))
      return { loss: weighted(builder, sum, 1 / distances.length) }
    },
  }
}
