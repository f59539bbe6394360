import { backwardGraph } from '../engine/autodiff/backwardGraph.ts'
import type { Graph } from '../engine/graph/graph.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { gradientNorm } from '../engine/ops/gradientNorm/gradientNorm.ts'
import { SluiceError } from '../foundation/errors.ts'
import { present } from '../foundation/invariant.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'
import { crossEntropy } from './losses/crossEntropy.ts'
import { applyUpdate, type Optimizer } from './optimizers/optimizer.ts'

/** What the graph of a training step is made for. */
export interface TrainingGraphOptions {
  /** Shape of a batch: `[N, C, D, H, W]`. */
  readonly input: Shape
  /** Classes that the model must have; by default as many as it has outputs. */
  readonly classes?: number
  readonly optimizer: Optimizer
  /** Default 0. */
  readonly labelSmoothing?: number
  /** Largest norm of all gradients together; 0, the default, clips nothing. */
  readonly clipNorm?: number
  /** Seed of everything random inside a step (dropout). Default 0. */
  readonly seed?: number
}

/**
 * The graph of one training step: forward, loss, backward, update. Inputs: `input`, `labels` (int32
 * `[N]`), `lossGradient` (1), `learningRate`, `step`. Outputs: `loss`, `probabilities`, and
 * `gradientNorm` if gradients are clipped.
 */
export function trainingGraph(model: Module, options: TrainingGraphOptions): Graph {
  const { input, optimizer, labelSmoothing = 0, clipNorm = 0, seed = 0 } = options
  const builder = new GraphBuilder()
  const scalar = (name: string) => builder.input(name, [], { kind: 'plain' })
  const scope = new Scope(builder, 'training', '', seed)

  const logits = model.build(scope, builder.input('input', input))
  checkLogits(logits, input, options.classes)
  const labels = builder.input('labels', [input[0] ?? 1], { type: 'int32', kind: 'plain' })
  const { loss, probabilities } = crossEntropy(builder, logits, labels, labelSmoothing)
  builder.output('loss', loss)
  builder.output('probabilities', probabilities)

  const parameters = builder.parameters
  const gradients = backwardGraph(builder, new Map([[loss, scalar('lossGradient')]]), parameters)
  const pairs = parameters.map((parameter, index) => {
    const gradient = gradients[index]
    if (gradient !== undefined) return { parameter, gradient }
    throw new SluiceError('usage', `the loss does not depend on parameter "${parameter.name}"`, {
      fix: 'remove the layer, or connect it to the output',
    })
  })
  const scale = clipNorm > 0 ? clipGradients(builder, pairs, clipNorm) : undefined
  const learningRate = scalar('learningRate')
  const step = scope.step()
  for (const { parameter, gradient } of pairs) {
    applyUpdate(optimizer, { builder, parameter, gradient, learningRate, step, scale })
  }
  return builder.finish()
}

function clipGradients(
  builder: GraphBuilder,
  pairs: readonly { readonly gradient: Value }[],
  maxNorm: number,
): Value {
  const gradients = pairs.map(({ gradient }) => gradient)
  const [norm, scale] = builder.apply(gradientNorm, gradients, { maxNorm }, 'clip')
  builder.output('gradientNorm', present(norm, 'norm'))
  return present(scale, 'scale')
}

function checkLogits(logits: Value, input: Shape, classes: number | undefined): void {
  const [batch, outputs] = logits.shape
  const fits = logits.shape.length === 2 && batch === input[0]
  if (fits && (classes === undefined || outputs === classes)) return
  throw new SluiceError('shape', 'the model does not end in one logit per class', {
    expected: `[${input[0]}, ${classes ?? 'classes'}]`,
    received: formatShape(logits.shape),
    fix: `end the model with linear(${classes ?? 'classes'})`,
  })
}
