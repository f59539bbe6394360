import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import type { Session, SessionInput } from '../engine/runtime/session.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Float32Tensor } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'
import { wholeOption } from '../layers/options.ts'
import type { TrainingBatch } from './batches.ts'
import { checkLabel, labelsOf } from './evaluate.ts'
import { blocksOf, frozenPaths, isWithin } from './freezing.ts'
import { LossEvaluator } from './lossEvaluator.ts'
import { crossEntropy } from './losses/crossEntropy.ts'
import type { Loss } from './losses/loss.ts'
import { AveragedBuilder, averageGraph, averageOf, partToKeep } from './movingAverage.ts'
import { adamw } from './optimizers/adam.ts'
import { checkRange } from './optimizers/checkRange.ts'
import { Programs } from './programs.ts'
import { constant } from './schedules/constant.ts'
import { learningRateAt } from './schedules/schedule.ts'
import { argmax } from './softmax.ts'
import {
  checkSeed,
  nothingAccumulated,
  type TrainerConfiguration,
  type TrainerOptions,
  type TrainerState,
} from './trainerOptions.ts'
import {
  gradientGraph,
  termOf,
  termOutput,
  trainedParameters,
  trainingGraph,
  updateGraph,
} from './trainingGraph.ts'
import { readVariable, readVariables, requireFinite, writeVariables } from './variables.ts'

/**
 * Trains one model on one device, a batch at a time. Weights, gradients and the optimizer's state stay
 * on the device; a step reads nothing back until it is asked for. Every step is a function of the
 * configuration, the state before it and the batch.
 */
export class Trainer implements Disposable {
  readonly configuration: TrainerConfiguration
  readonly criterion: Loss
  /** Which kernels compute: states of one signature continue bit by bit, and only there. */
  readonly deviceSignature: string
  /** Number of classes that the model tells apart; 0 when its loss is not about labels. */
  readonly classes: number
  /** All programs of the training; those that a subclass adds share the variables. */
  protected readonly programs: Programs
  private readonly model: Module
  /** Forward and backward, and the update unless gradients are accumulated. */
  private readonly session: Session
  private readonly updater: Session | undefined
  private readonly averager: Session | undefined
  private readonly modelNames: readonly string[]
  private readonly termNames: readonly string[]
  private readonly averaged: ReadonlySet<string>
  private readonly predictors = new Map<string, Session>()
  private evaluator: LossEvaluator | undefined
  private steps = 0
  private batches = 0
  private accumulated = nothingAccumulated

  /**
   * Compiles the training step and makes the initial weights.
   * @throws SluiceError `usage` for options out of range, `shape` when model, input and classes do not
   * fit, `missing` or `shape` when `weights` are not the model's, `limit` when memory does not suffice
   */
  constructor(model: Module, options: TrainerOptions) {
    const { device, input, optimizer = adamw(), learningRate = 1e-3, seed = 0 } = options
    const { loss = crossEntropy(), clipNorm = 0, classes, weights, ema = 0 } = options
    const schedule = typeof learningRate === 'number' ? constant(learningRate) : learningRate
    const accumulate = wholeOption('Trainer', 'accumulate', options.accumulate ?? 1)
    learningRateAt(schedule, 0)
    checkRange('Trainer', 'clipNorm', clipNorm, 0, Number.MAX_VALUE)
    checkRange('Trainer', 'ema', ema, 0, 1)
    checkSeed(seed)
    const freeze = [...frozenPaths(model, input, options.freeze ?? 0), ...(loss.networks ?? [])]
    this.model = model
    this.programs = new Programs(device, seed)
    this.criterion = loss
    this.deviceSignature = device.signature
    this.configuration = {
      ...{ model: model.describe(), input, loss: loss.describe(), optimizer, schedule },
      ...{ clipNorm, accumulate, ema, freeze, seed },
    }
    const passes = { input, loss, freeze, seed, ...(classes === undefined ? {} : { classes }) }
    const graph =
      accumulate === 1
        ? trainingGraph(model, { ...passes, optimizer, clipNorm })
        : gradientGraph(model, passes)
    this.classes = graph.outputs.get('probabilities')?.shape[1] ?? 0
    this.termNames = [...graph.outputs.keys()].flatMap((name) => termOf(name) ?? [])
    this.modelNames = [...inferenceGraph(model, input).variables.keys()]
    const trained = trainedParameters(graph, freeze)
    const own = new Set(this.modelNames)
    this.averaged = new Set(
      ema === 0 ? [] : trained.map(({ name }) => name).filter((n) => own.has(n)),
    )
    try {
      this.session = this.programs.add(graph)
      if (accumulate > 1) {
        this.updater = this.programs.add(updateGraph(trained, { optimizer, clipNorm }))
      }
      if (this.averaged.size > 0) {
        const averaged = trained.filter(({ name }) => this.averaged.has(name))
        this.averager = this.programs.add(averageGraph(averaged))
      }
      const { variables } = this.programs
      if (weights !== undefined) {
        const head = options.newHead === true ? blocksOf(model, input).at(-1) : undefined
        const taken = this.modelNames.filter((n) => head === undefined || !isWithin(n, head))
        writeVariables(variables, taken, weights)
      }
      const { constants = new Map() } = loss
      writeVariables(variables, constants.keys(), constants)
      this.startAverages()
    } catch (error) {
      this.programs.dispose()
      throw error
    }
  }

  /** Steps done so far: updates of the parameters. */
  get stepsDone(): number {
    return this.steps
  }

  /** Batches done so far; with `accumulate` several make a step. */
  get batchesDone(): number {
    return this.batches
  }

  /** Bytes that weights, states and all values of a step take on the device. */
  get memoryBytes(): number {
    return this.programs.memoryBytes
  }

  /** Clips in a batch. */
  get batchSize(): number {
    return this.configuration.input[0] ?? 1
  }

  /** The learning rate of a step, counted from 0. */
  learningRateAt(step: number): number {
    return learningRateAt(this.configuration.schedule, step)
  }

  /**
   * One batch: forward, backward, and the update unless more batches belong to the step. Look at
   * `loss` afterwards, when it matters.
   * @throws SluiceError `data` for a label that is no class of the model, or a batch without what the
   * loss compares with; `shape` for a batch of another size than the trainer's
   */
  step(batch: TrainingBatch): void {
    const inputs = { ...this.inputsOf(batch), lossGradient: 1, step: this.batches }
    if (this.updater === undefined) {
      this.session.step({ ...inputs, learningRate: this.learningRateAt(this.steps) })
      this.batches++
      this.endStep()
      return
    }
    const { labels } = batch
    const weight = labels === undefined ? 1 : (this.criterion.weightOf?.(labels) ?? 1)
    const { batches, weight: before } = this.accumulated
    const together = before + weight
    // The mean so far, after every batch: fewer batches than usual at the end of an epoch are no case apart.
    const add = weight / together
    this.session.step({ ...inputs, keep: batches === 0 ? 0 : before / together, add })
    this.batches++
    this.accumulated = { batches: batches + 1, weight: together }
    if (batches + 1 === this.configuration.accumulate) this.flush()
  }

  /** Takes the step for the batches that still wait for others, if any do: at the end of an epoch. */
  flush(): void {
    if (this.accumulated.batches === 0) return
    this.updater?.step({ learningRate: this.learningRateAt(this.steps), step: this.steps })
    this.accumulated = nothingAccumulated
    this.endStep()
  }

  /**
   * Loss of the last batch, the mean over it.
   * @throws SluiceError `numeric` when it is NaN or infinite: the weights are lost from here on
   */
  get loss(): number {
    const loss = present(this.session.read('loss').data[0], 'loss')
    if (Number.isFinite(loss)) return loss
    throw new SluiceError('numeric', `the loss is ${loss} at step ${this.steps}`, {
      expected: 'a finite number',
      fix: 'go on from the last checkpoint with a lower learning rate or with clipNorm, or check the clips',
    })
  }

  /** What the loss of the last batch is made of, by name, where the loss has parts. */
  get terms(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.termNames.map((name) => {
        return [name, present(this.session.read(termOutput(name)).data[0], name)]
      }),
    )
  }

  /** How many clips of the last batch were told right, as the network was before the step; 0 without labels. */
  countCorrect({ labels }: TrainingBatch): number {
    if (this.classes === 0 || labels === undefined) return 0
    const { data } = this.session.read('probabilities')
    const { classes } = this
    return labels.reduce((count, label, i) => {
      const guess = argmax(data.subarray(i * classes, (i + 1) * classes))
      return count + (guess === label ? 1 : 0)
    }, 0)
  }

  /**
   * What the model gives in inference mode, with the weights (or their average) as they are now.
   * @param input the shape of `inputs`, if it is not that of the batches
   */
  predict(inputs: Float32Array, input: Shape = this.configuration.input): Float32Array {
    const key = formatShape(input)
    const predictor =
      this.predictors.get(key) ??
      this.programs.add(inferenceGraph(this.model, input, new AveragedBuilder(this.averaged)))
    this.predictors.set(key, predictor)
    predictor.step({ input: inputs })
    return predictor.read('output').data
  }

  /** Mean loss of the first `valid` clips of a batch in inference mode, without any step. */
  evaluateLoss(batch: TrainingBatch, valid: number): number {
    this.evaluator ??= new LossEvaluator(this.model, this.criterion, this.configuration.input, {
      builder: () => new AveragedBuilder(this.averaged),
      compile: (graph) => this.programs.add(graph),
    })
    return this.evaluator.meanOf(this.inputsOf(batch), valid)
  }

  /** The model's parameters (or their averages) and buffers, without the optimizer's state. */
  weights(): Map<string, Float32Tensor> {
    return new Map(
      this.modelNames.map((name) => {
        const kept = this.averaged.has(name) ? averageOf(name) : name
        return [name, readVariable(this.programs.variables, kept)]
      }),
    )
  }

  /**
   * Everything that the next step depends on.
   * @throws SluiceError `numeric` when a weight is NaN or infinite, so that no good checkpoint is
   * overwritten by a broken one
   */
  state(): TrainerState {
    const variables = readVariables(this.programs.variables, this.stateNames())
    requireFinite(variables, this.steps)
    const { steps: step, batches, accumulated } = this
    return { step, batches, accumulated, variables }
  }

  /** Puts a state back that a trainer of the same configuration gave. */
  restore({ step, batches, accumulated, variables }: TrainerState): void {
    writeVariables(this.programs.variables, this.stateNames(), variables)
    this.steps = step
    this.batches = batches
    this.accumulated = accumulated
  }

  /** Gives the device's memory back; what is to be kept must have been read before. */
  dispose(): void {
    this.programs.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** An output of the last batch's program, for subclasses: what the loss shows. */
  protected read(name: string): Float32Tensor {
    return this.session.read(name)
  }

  /** The shape of such an output, before any batch. */
  protected shapeOf(name: string): Shape {
    return present(this.session.plan.graph.outputs.get(name), name).shape
  }

  /** The graph's inputs that a batch brings, checked. */
  private inputsOf(batch: TrainingBatch): Record<string, SessionInput> {
    const { inputs: input, targets } = batch
    if (this.criterion.against === 'labels') {
      const labels = labelsOf(batch)
      for (const label of labels) checkLabel(label, this.classes)
      return { input, labels }
    }
    if (targets === undefined) return { input }
    return targets instanceof Float32Array ? { input, targets } : { input, ...targets }
  }

  private endStep(): void {
    const { ema } = this.configuration
    const keep = partToKeep(ema, this.steps)
    this.averager?.step({ keep, add: 1 - keep })
    this.steps++
  }

  /** Averages begin as what they are averages of. */
  private startAverages(): void {
    const { store } = this.programs.variables
    for (const name of this.averaged) store.write(averageOf(name), store.read(name))
  }

  /** All variables but those that never change. */
  private stateNames(): string[] {
    const { constants } = this.criterion
    return [...this.programs.variables.shapes.keys()].filter((name) => !constants?.has(name))
  }
}
