import type { Device } from '../engine/device/device.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module, ModuleDescription } from '../engine/graph/module.ts'
import { compileGraph } from '../engine/runtime/compile.ts'
import type { Session } from '../engine/runtime/session.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Float32Tensor, NamedTensors } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import type { Shape } from '../foundation/shape.ts'
import type { TrainingBatch } from './batches.ts'
import { checkLabel } from './evaluate.ts'
import { adamw } from './optimizers/adam.ts'
import { checkRange } from './optimizers/checkRange.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import { constant } from './schedules/constant.ts'
import { learningRateAt, type Schedule } from './schedules/schedule.ts'
import { argmax } from './softmax.ts'
import { trainingGraph } from './trainingGraph.ts'
import { readVariables, requireFinite, writeVariables } from './variables.ts'

/** Options of a `Trainer`. */
export interface TrainerOptions {
  readonly device: Device
  /** Shape of a batch: `[N, C, D, H, W]`. */
  readonly input: Shape
  /** Classes that the model must have; by default as many as it has outputs. */
  readonly classes?: number
  /** Default `adamw()`. */
  readonly optimizer?: Optimizer
  /** A schedule, or one rate for all steps. Default 1e-3. */
  readonly learningRate?: Schedule | number
  /** Part of the target spread over all classes. Default 0. */
  readonly labelSmoothing?: number
  /** Largest norm of all gradients together; 0, the default, clips nothing. */
  readonly clipNorm?: number
  /** Seed of the initial weights and of dropout: a whole number below 2³². Default 0. */
  readonly seed?: number
  /** Weights to start from instead of random ones: all of the model's. */
  readonly weights?: NamedTensors
}

/** All that decides a step's bits, besides the device and the batches: plain data. */
export interface TrainerConfiguration {
  readonly model: ModuleDescription
  readonly input: Shape
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  readonly labelSmoothing: number
  readonly clipNorm: number
  readonly seed: number
}

/** A trainer between two steps: enough to go on as if it had never stopped. */
export interface TrainerState {
  /** Steps done. */
  readonly step: number
  /** Parameters, buffers and the optimizer's state. */
  readonly variables: NamedTensors
}

/**
 * Trains one model on one device, a batch at a time. Weights, gradients and the optimizer's state stay
 * on the device; a step reads nothing back until it is asked for. Every step is a function of the
 * configuration, the state before it and the batch.
 */
export class Trainer implements Disposable {
  readonly configuration: TrainerConfiguration
  /** Which kernels compute: states of one signature continue bit by bit, and only there. */
  readonly deviceSignature: string
  /** Number of outputs of the model. */
  readonly classes: number
  private readonly model: Module
  private readonly device: Device
  private readonly session: Session
  private readonly modelNames: readonly string[]
  private evaluator: Session | undefined
  private completed = 0

  /**
   * Compiles the training step and makes the initial weights.
   * @throws SluiceError `usage` for options out of range, `shape` when model, input and classes do not
   * fit, `missing` or `shape` when `weights` are not the model's, `limit` when memory does not suffice
   */
  constructor(model: Module, options: TrainerOptions) {
    const { device, input, optimizer = adamw(), learningRate = 1e-3, seed = 0 } = options
    const { labelSmoothing = 0, clipNorm = 0, classes, weights } = options
    const schedule = typeof learningRate === 'number' ? constant(learningRate) : learningRate
    checkRange('Trainer', 'clipNorm', clipNorm, 0, Number.MAX_VALUE)
    checkSeed(seed)
    this.model = model
    this.device = device
    this.deviceSignature = device.signature
    this.configuration = {
      model: model.describe(),
      input,
      optimizer,
      schedule,
      labelSmoothing,
      clipNorm,
      seed,
    }
    const graph = trainingGraph(model, {
      ...{ input, optimizer, labelSmoothing, clipNorm, seed },
      ...(classes === undefined ? {} : { classes }),
    })
    this.classes = present(graph.outputs.get('probabilities')?.shape[1], 'classes')
    this.modelNames = [...inferenceGraph(model, input).variables.keys()]
    this.session = compileGraph(graph, { device, seed })
    try {
      if (weights !== undefined) writeVariables(this.session, this.modelNames, weights)
    } catch (error) {
      this.session.dispose()
      throw error
    }
  }

  /** Steps done so far. */
  get stepsDone(): number {
    return this.completed
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
   * One step on one batch: forward, backward, update. Look at `loss` afterwards, when it matters.
   * @throws SluiceError `data` for a label that is no class of the model, `shape` for a batch of
   * another size than the trainer's
   */
  step({ inputs, labels }: TrainingBatch): void {
    for (const label of labels) checkLabel(label, this.classes)
    this.session.step({
      input: inputs,
      labels,
      lossGradient: 1,
      learningRate: this.learningRateAt(this.completed),
      step: this.completed,
    })
    this.completed++
  }

  /**
   * Loss of the last step, the mean over its batch.
   * @throws SluiceError `numeric` when it is NaN or infinite: the weights are lost from here on
   */
  get loss(): number {
    const loss = present(this.session.read('loss').data[0], 'loss')
    if (Number.isFinite(loss)) return loss
    throw new SluiceError('numeric', `the loss is ${loss} at step ${this.completed}`, {
      expected: 'a finite number',
      fix: 'go on from the last checkpoint with a lower learning rate or with clipNorm, or check the clips',
    })
  }

  /** How many clips of the last batch were told right, as the network was before the step. */
  countCorrect({ labels }: TrainingBatch): number {
    const { data } = this.session.read('probabilities')
    const classes = this.classes
    return labels.reduce((count, label, i) => {
      const guess = argmax(data.subarray(i * classes, (i + 1) * classes))
      return count + (guess === label ? 1 : 0)
    }, 0)
  }

  /** Logits `[N, classes]` of a batch in inference mode, with the weights as they are now. */
  predict(inputs: Float32Array): Float32Array {
    this.evaluator ??= compileGraph(inferenceGraph(this.model, this.configuration.input), {
      device: this.device,
      variables: this.session.variables,
    })
    this.evaluator.step({ input: inputs })
    return this.evaluator.read('output').data
  }

  /** The model's parameters and buffers, without the optimizer's state. */
  weights(): Map<string, Float32Tensor> {
    return readVariables(this.session, this.modelNames)
  }

  /**
   * Everything that the next step depends on.
   * @throws SluiceError `numeric` when a weight is NaN or infinite, so that no good checkpoint is
   * overwritten by a broken one
   */
  state(): TrainerState {
    const variables = readVariables(this.session, this.session.plan.graph.variables.keys())
    requireFinite(variables, this.completed)
    return { step: this.completed, variables }
  }

  /** Puts a state back that a trainer of the same configuration gave. */
  restore({ step, variables }: TrainerState): void {
    writeVariables(this.session, this.session.plan.graph.variables.keys(), variables)
    this.completed = step
  }

  /** Gives the device's memory back; what is to be kept must have been read before. */
  dispose(): void {
    this.evaluator?.dispose()
    this.session.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** Larger seeds would fold into smaller ones, and two runs be one. */
function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0 && seed < 2 ** 32) return
  throw new SluiceError('usage', 'the seed is out of range', {
    where: 'Trainer',
    expected: 'a whole number from 0 to below 2³²',
    received: String(seed),
  })
}
