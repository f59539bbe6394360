import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import {
  type ClipDataset,
  evaluationBatches,
  inputShape,
  itemsOf,
  type Preprocessing,
  TrainingBatches,
} from 'sluice/data'
import { adamw, argmax, type Judgement, predictItems, Trainer } from 'sluice/training'
import type { GridCensus } from '../../../apps/cli/src/clipSets/gridCensus.ts'
import { prepareClips } from '../../../apps/cli/src/clipSets/prepareClips.ts'
import { scanClips } from '../../../apps/cli/src/clips/scanClips.ts'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import { clipNetwork } from '../networks/clipNetwork.ts'
import type { Material, Task } from '../runs/task.ts'
import type { ClipSet } from './clipSets.ts'
import { risingAndFalling } from './risingAndFalling.ts'

const BATCH = 32
/** Decoded clips of one set, all in memory. */
const MEMORY_BYTES = 2 ** 30

/** The task of telling a set's clips apart. */
export function clipTask(set: ClipSet): Task {
  const { name, title, base, input, epochs, rateEpochs, rates, network } = set
  return {
    ...{ name, title, measure: 'accuracy', variants: ['gated', 'plain'], base, input },
    ...{ batch: BATCH, epochs, rateEpochs, rates },
    settings: { augmentation: set.augmentation, preprocessing: set.preprocessing },
    build(variant, widths) {
      if (variant !== 'partial') return clipNetwork(variant, network, widths)
      throw new RangeError('partial convolutions are for holes')
    },
    prepare: (terminal, signal) => prepare(set, terminal, signal),
  }
}

async function prepare(
  set: ClipSet,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Material | undefined> {
  set.fetch(terminal)
  const scanned = await scanClips(resolve(set.root))
  const { dataset, maker, grids, fingerprint } = await prepareClips(scanned.dataset, {
    root: scanned.root,
    view: set.preprocessing ?? { kind: 'open', size: 1 },
    ...{ cache: false, terminal, memoryBytes: MEMORY_BYTES, workers: 0 },
    stop: () => signal.aborted,
  })
  if (signal.aborted) return undefined
  const [train, valid, test] = [
    itemsOf(dataset, 'train'),
    itemsOf(dataset, 'valid'),
    itemsOf(dataset, 'test'),
  ]
  const view = set.preprocessing ?? measured(grids, train)
  const common = { load: nothing, preprocessing: view, batch: BATCH, concurrency: BATCH }
  const clips = (part: ClipDataset) =>
    evaluationBatches({
      ...{ ...common, items: part.items },
      make: (item, recipe, index) => maker.evaluation(item, recipe, index),
    })
  const predictions = (trainer: Trainer, part: ClipDataset) =>
    predictItems((inputs) => trainer.predict(inputs), clips(part))
  return {
    fingerprint,
    counts: [train.items.length, valid.items.length, test.items.length],
    stepsPerEpoch: Math.ceil(train.items.length / BATCH),
    clusters: numbered(test.items.map(set.clusterOf)),
    trainer: (model, { device, seed, rate, steps }) =>
      new Trainer(model, {
        ...{ device, seed, input: [BATCH, ...inputShape(view)], classes: dataset.classes.length },
        optimizer: adamw(),
        learningRate: risingAndFalling(rate, steps),
      }),
    batches: (seed, epoch, first) =>
      new TrainingBatches({
        ...{ ...common, items: train.items, classes: dataset.classes, seed },
        augmentation: set.augmentation,
        make: (item, recipe, place) => maker.training(item, recipe, place),
      }).epoch(epoch, first),
    async judge(trainer): Promise<Judgement> {
      const told = await predictions(trainer, valid)
      const losses = told.map(({ label, probabilities }) => -Math.log(probabilities[label] ?? 0))
      const right = told.map(isRight)
      return { accuracy: mean(right), loss: mean(losses) }
    },
    test: async (trainer) => (await predictions(trainer, test)).map(isRight),
  }
}

function isRight({
  label,
  probabilities,
}: {
  readonly label: number
  readonly probabilities: ArrayLike<number>
}): number {
  return argmax(probabilities) === label ? 1 : 0
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Arrays are brought to mean 0 and deviation 1, as the training clips have them. */
function measured(grids: GridCensus | undefined, train: ClipDataset): Preprocessing {
  if (grids !== undefined) return grids.preprocessing(train.items, { frames: null })
  throw new SluiceError('data', 'the clips are no arrays')
}

/** Clips are made by the maker, which loads them. */
function nothing(): never {
  throw new RangeError('clips are loaded by their maker')
}

/** Names as numbers, in the order in which they come. */
function numbered(names: readonly string[]): number[] {
  const known = new Map<string, number>()
  for (const name of names) if (!known.has(name)) known.set(name, known.size)
  return names.map((name) => known.get(name) ?? 0)
}
