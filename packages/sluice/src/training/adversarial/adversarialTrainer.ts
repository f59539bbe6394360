import type { Module } from '../../engine/graph/module.ts'
import type { Session } from '../../engine/runtime/session.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import type { TrainingBatch } from '../batches.ts'
import { meanAbsoluteError } from '../losses/elementLosses.ts'
import { adam } from '../optimizers/adam.ts'
import { checkRange } from '../optimizers/checkRange.ts'
import { constant } from '../schedules/constant.ts'
import { learningRateAt, type Schedule } from '../schedules/schedule.ts'
import { Trainer } from '../trainer.ts'
import type { TrainerOptions } from '../trainerOptions.ts'
import { readVariables, writeVariables } from '../variables.ts'
import { adversarialLoss } from './adversarialLoss.ts'
import { type Adversary, discriminatorPath, targetsAndOutput } from './adversary.ts'
import { discriminatorGraph } from './discriminatorGraph.ts'

/** Options of an `AdversarialTrainer`: those of the generator's training, and its adversary. */
export interface AdversarialTrainerOptions extends Omit<TrainerOptions, 'classes'> {
  readonly adversary: Adversary
}

/**
 * Trains a generator and its discriminator in turn on one device. Every batch is first a step of the generator,
 * by its own loss (default `meanAbsoluteError()`) and what the discriminator thinks of what it made; then a step
 * of the discriminator, which tells what was just made from what is real. Two programs share one store of
 * variables. In the generator's one the discriminator stands still, gets no gradients of its weights and takes no
 * step of its power method.
 *
 * Otherwise it is a `Trainer` of the generator: `weights`, averages and `predict` are the generator's; `state`
 * holds both networks and both optimizers.
 */
export class AdversarialTrainer extends Trainer {
  private readonly opponent: Session
  private readonly schedule: Schedule
  private readonly discriminatorNames: readonly string[]

  /** @throws SluiceError as `Trainer`, for either network */
  constructor(generator: Module, { adversary, ...options }: AdversarialTrainerOptions) {
    const { loss = meanAbsoluteError(), learningRate: own = 1e-3 } = options
    const { discriminator, weight = 1, exhibition = targetsAndOutput, weights } = adversary
    const { optimizer = adam({ beta1: 0.5 }), learningRate = own } = adversary
    checkRange('AdversarialTrainer', 'the weight of the adversary', weight, 0, Number.MAX_VALUE)
    const schedule = typeof learningRate === 'number' ? constant(learningRate) : learningRate
    learningRateAt(schedule, 0)
    const settled = { discriminator, weight, exhibition, optimizer, learningRate: schedule }
    super(generator, {
      ...options,
      loss: adversarialLoss({ content: loss, adversary: settled }),
    })
    this.schedule = schedule
    try {
      const input = this.shapeOf('made')
      const { seed } = this.configuration
      const before = new Set(this.programs.variables.shapes.keys())
      this.discriminatorNames = [...before].filter((n) => n.startsWith(`${discriminatorPath}.`))
      this.opponent = this.programs.add(
        discriminatorGraph(discriminator, { input, optimizer, seed }),
      )
      if (weights !== undefined) {
        const named = [...weights].map(([n, w]) => [`${discriminatorPath}.${n}`, w] as const)
        writeVariables(this.programs.variables, this.discriminatorNames, new Map(named))
      }
    } catch (error) {
      this.dispose()
      throw error
    }
  }

  override step(batch: TrainingBatch): void {
    const learningRate = learningRateAt(this.schedule, this.stepsDone)
    const step = this.batchesDone
    super.step(batch)
    this.opponent.step({
      ...{ real: this.read('real'), made: this.read('made') },
      ...{ lossGradient: 1, learningRate, step },
    })
  }

  /** Those of the generator's loss, and `discriminator`: the hinge loss of its opponent. */
  override get terms(): Readonly<Record<string, number>> {
    return { ...super.terms, discriminator: present(this.opponent.read('loss').data[0], 'loss') }
  }

  /** The discriminator's parameters and buffers, by its own names. */
  discriminatorWeights(): NamedTensors {
    const from = discriminatorPath.length + 1
    const read = readVariables(this.programs.variables, this.discriminatorNames)
    return new Map([...read].map(([name, value]) => [name.slice(from), value]))
  }
}
