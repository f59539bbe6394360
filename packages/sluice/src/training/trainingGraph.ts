import { backwardGraph } from '../engine/autodiff/backwardGraph.ts'
import type { Graph } from '../engine/graph/graph.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { blendUpdate } from '../engine/ops/blendUpdate/blendUpdate.ts'
import { gradientNorm } from '../engine/ops/gradientNorm/gradientNorm.ts'
import { SluiceError } from '../foundation/errors.ts'
import { constantInitialiser } from '../foundation/initialiser.ts'
import { present } from '../foundation/invariant.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'
import { checkFrozen, isWithin } from './freezing.ts'
import { crossEntropy } from './losses/crossEntropy.ts'
import type { Loss } from './losses/loss.ts'
import { applyUpdate, type Optimizer } from './optimizers/optimizer.ts'

/** What the forward and backward pass of a training step are made for. */
export interface GradientOptions {
  /** Shape of a batch: `[N, C, D, H, W]`. */
  readonly input: Shape
  /** Classes that the model must have; by default as many as it has outputs. */
  readonly classes?: number
  /** Default `crossEntropy()`. */
  readonly loss?: Loss
  /** Paths of modules and parameters that stay as they are. Default none. */
  readonly freeze?: readonly string[]
  /** Seed of everything random inside a step (dropout). Default 0. */
  readonly seed?: number
}

/** What the update of a training step is made for. */
export interface UpdateOptions {
  readonly optimizer: Optimizer
  /** Largest norm of all gradients together; 0, the default, clips nothing. */
  readonly clipNorm?: number
}

/** What the graph of a training step is made for. */
export interface TrainingGraphOptions extends GradientOptions, UpdateOptions {}

const termPrefix = 'term:'

/** The graph's output that is a part of the loss. */
export function termOutput(name: string): string {
  return termPrefix + name
}

/** The part of the loss that an output of the graph is; undefined when it is none. */
export function termOf(output: string): string | undefined {
  return output.startsWith(termPrefix) ? output.slice(termPrefix.length) : undefined
}

/** A parameter and what the loss says about it. */
export interface Slope {
  readonly parameter: Value
  readonly gradient: Value
}

/**
 * The graph of one training step: forward, loss, backward, update. Inputs: `input`, those of the loss
 * (`labels`, int32 `[N]`, or `targets`), `lossGradient` (1), `learningRate`, `step`. Outputs: `loss`,
 * its parts and `probabilities` if it gives some, and `gradientNorm` if gradients are clipped.
 */
export function trainingGraph(model: Module, options: TrainingGraphOptions): Graph {
  const builder = new GraphBuilder()
  appendUpdate(builder, differentiate(builder, model, options), options)
  return builder.finish()
}

/**
 * The first half of a training step that is made of several batches: forward, loss, backward, and
 * each gradient blended into the mean of those before (inputs `keep` and `add`). `step` counts
 * batches here. Otherwise as `trainingGraph`.
 */
export function gradientGraph(model: Module, options: GradientOptions): Graph {
  const builder = new GraphBuilder()
  const slopes = differentiate(builder, model, options)
  const keep = builder.input('keep', [], { kind: 'plain' })
  const add = builder.input('add', [], { kind: 'plain' })
  for (const { parameter, gradient } of slopes) {
    const mean = meanGradient(builder, parameter)
    builder.apply(blendUpdate, [mean, gradient, keep, add], {}, parameter.name)
  }
  return builder.finish()
}

/** The second half: updates parameters by the mean gradients. Inputs `learningRate` and `step`. */
export function updateGraph(parameters: readonly Value[], options: UpdateOptions): Graph {
  const builder = new GraphBuilder()
  const slopes = parameters.map(({ name, shape }) => {
    const parameter = builder.variable(name, shape, 'parameter', constantInitialiser(0))
    return { parameter, gradient: meanGradient(builder, parameter) }
  })
  appendUpdate(builder, slopes, options)
  return builder.finish()
}

/** The parameters that a training graph changes: those that are not frozen. */
export function trainedParameters(graph: Graph, freeze: readonly string[]): Value[] {
  return [...graph.variables.values()]
    .map(({ value }) => value)
    .filter(({ role, name }) => role === 'parameter' && !isFrozen(name, freeze))
}

function isFrozen(name: string, freeze: readonly string[]): boolean {
  return freeze.some((path) => isWithin(name, path))
}

/** Where the mean of a parameter's gradients is kept between batches. */
function meanGradient(builder: GraphBuilder, { name, shape }: Value): Value {
  return builder.variable(`gradient:${name}`, shape, 'buffer', constantInitialiser(0))
}

function differentiate(builder: GraphBuilder, model: Module, options: GradientOptions): Slope[] {
  const { input, loss = crossEntropy(), freeze = [], seed = 0 } = options
  const scope = new Scope(builder, 'training', '', seed, freeze)
  const output = model.build(scope, builder.input('input', input))
  if (loss.against === 'labels') checkLogits(output, input, options.classes)
  const built = loss.build(builder, output)
  builder.output('loss', built.loss)
  if (built.probabilities !== undefined) builder.output('probabilities', built.probabilities)
  for (const [name, term] of Object.entries(built.terms ?? {})) {
    builder.output(termOutput(name), term)
  }
  for (const [name, shown] of Object.entries(built.shown ?? {})) builder.output(name, shown)
  // Asked for even when nothing is random, so that every step is given the same inputs.
  scope.step()
  checkFrozen(
    freeze,
    builder.parameters.map(({ name }) => name),
  )
  return slopesOf(builder, built.loss, freeze)
}

/** What a loss says about every parameter that is not frozen. Asks for the input `lossGradient`. */
export function slopesOf(
  builder: GraphBuilder,
  loss: Value,
  freeze: readonly string[] = [],
): Slope[] {
  const trained = builder.parameters.filter(({ name }) => !isFrozen(name, freeze))
  if (trained.length === 0) {
    throw new SluiceError('usage', 'there is no parameter left to train', {
      fix: 'freeze less, or train a model with parameters',
    })
  }
  const lossGradient = builder.input('lossGradient', [], { kind: 'plain' })
  const gradients = backwardGraph(builder, new Map([[loss, lossGradient]]), trained)
  return trained.map((parameter, index) => {
    const gradient = gradients[index]
    if (gradient !== undefined) return { parameter, gradient }
    throw new SluiceError('usage', `the loss does not depend on parameter "${parameter.name}"`, {
      fix: 'remove the layer, connect it to the output, or freeze it together with what follows',
    })
  })
}

/** Appends the update of parameters. Asks for the inputs `learningRate` and `step`. */
export function appendUpdate(
  builder: GraphBuilder,
  slopes: readonly Slope[],
  options: UpdateOptions,
): void {
  const { optimizer, clipNorm = 0 } = options
  const scale = clipNorm > 0 ? clipGradients(builder, slopes, clipNorm) : undefined
  const learningRate = builder.input('learningRate', [], { kind: 'plain' })
  const step = builder.input('step', [], { type: 'int32', kind: 'plain' })
  for (const { parameter, gradient } of slopes) {
    applyUpdate(optimizer, { builder, parameter, gradient, learningRate, step, scale })
  }
}

function clipGradients(builder: GraphBuilder, slopes: readonly Slope[], maxNorm: number): Value {
  const gradients = slopes.map(({ gradient }) => gradient)
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
