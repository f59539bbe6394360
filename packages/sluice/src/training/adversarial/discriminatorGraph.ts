import { type Graph, mutatedInputs } from '../../engine/graph/graph.ts'
import { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { type Module, Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { elementLoss } from '../../engine/ops/elementLoss/elementLoss.ts'
import { scale } from '../../engine/ops/scale/scale.ts'
import { SluiceError } from '../../foundation/errors.ts'
import type { Shape } from '../../foundation/shape.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import { appendUpdate, slopesOf } from '../trainingGraph.ts'
import { discriminatorPath } from './adversary.ts'

/** What the step of a discriminator is made for. */
export interface DiscriminatorGraphOptions {
  /** Shape of what it is shown, batch first. */
  readonly input: Shape
  readonly optimizer: Optimizer
  /** Seed of dropout. Default 0. */
  readonly seed?: number
}

/**
 * The graph of one step of a discriminator: it judges `real` and then `made` (so that spectral normalisation
 * takes a step of its power method for each), and is updated by the hinge loss `½·mean max(0, 1 − D(real)) +
 * ½·mean max(0, 1 + D(made))`. Inputs: `real`, `made`, `lossGradient` (1), `learningRate`, `step`. Outputs:
 * `loss`, and its halves `real` and `made`. Variables stand under `discriminator.`.
 * @throws SluiceError `unsupported` for a discriminator with batch normalisation
 */
export function discriminatorGraph(
  discriminator: Module,
  { input, optimizer, seed = 0 }: DiscriminatorGraphOptions,
): Graph {
  const builder = new GraphBuilder()
  const scope = new Scope(builder, 'training', discriminatorPath, seed)
  const judge = (name: string, target: 1 | -1): Value => {
    const judgement = discriminator.build(scope, builder.input(name, input))
    const attributes = { kind: 'hinge', beta: 1, target } as const
    const loss = builder.applyOne(elementLoss, [judgement], attributes, 'loss')
    builder.output(name, loss)
    return loss
  }
  const real = judge('real', 1)
  refuseStatistics(builder)
  const sum = builder.applyOne(add, [real, judge('made', -1)], {}, 'loss')
  const loss = builder.applyOne(scale, [sum], { factor: 0.5, offset: 0 }, 'loss')
  builder.output('loss', loss)
  scope.step()
  appendUpdate(builder, slopesOf(builder, loss), { optimizer })
  return builder.finish()
}

/** Running statistics are written where they are made, so that a second batch could not go on from them. */
function refuseStatistics(builder: GraphBuilder): void {
  const writing = builder.nodesSoFar.find((node) => mutatedInputs(node).length > 0)
  if (writing === undefined) return
  throw new SluiceError('unsupported', 'the discriminator keeps statistics of single batches', {
    where: writing.path,
    received: writing.op.name,
    fix: 'normalise by groupNorm, instanceNorm or the spectral norm of weights',
  })
}
