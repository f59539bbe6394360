import {
  conv2d,
  gatedConv2d,
  globalAveragePool,
  linear,
  Random,
  relu,
  sequential,
  tensor,
} from 'sluice'
import { argmax, type Clips, Trainer, type TrainingBatch } from 'sluice/training'
import type { Material, Task } from './task.ts'

const SIDE = 6
const [BATCH, PER_EPOCH] = [4, 3]

/** Blots in the left or the right half of small pictures. */
function blots(count: number, seed: number): Clips & { readonly labels: Int32Array } {
  const random = new Random(seed, 'blots')
  const data = new Float32Array(count * SIDE * SIDE)
  const labels = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    labels[i] = random.integer(2)
    const x = random.integer(SIDE / 2) + (labels[i] === 1 ? SIDE / 2 : 0)
    data[(i * SIDE + random.integer(SIDE)) * SIDE + x] = 1
  }
  return { inputs: tensor([count, 1, SIDE, SIDE], data), labels }
}

async function* batchesOf(seed: number, epoch: number, first: number) {
  for (let number = first; number < PER_EPOCH; number++) {
    const { inputs, labels } = blots(BATCH, 1 + seed * 1000 + epoch * PER_EPOCH + number)
    yield { inputs: inputs.data, labels } satisfies TrainingBatch
  }
}

/** A task of the study that needs no data and takes milliseconds. */
export function tinyTask(): Task {
  const test = blots(8, 77)
  const right = (trainer: Trainer): number[] =>
    Array.from({ length: 8 }, (_, i) => {
      const shape = [1, 1, SIDE, SIDE]
      const logits = trainer.predict(
        test.inputs.data.slice(i * SIDE * SIDE, (i + 1) * SIDE * SIDE),
        shape,
      )
      return argmax(logits) === test.labels[i] ? 1 : 0
    })
  const material: Material = {
    fingerprint: 'blots',
    counts: [12, 8, 8],
    stepsPerEpoch: PER_EPOCH,
    clusters: [0, 1, 2, 3, 4, 5, 6, 7],
    trainer: (model, { device, seed, rate }) =>
      new Trainer(model, {
        ...{ device, seed, learningRate: rate, classes: 2 },
        input: [BATCH, 1, SIDE, SIDE],
      }),
    batches: batchesOf,
    async judge(trainer) {
      const told = right(trainer)
      return { loss: 0, accuracy: told.reduce((a, b) => a + b, 0) / told.length }
    },
    test: async (trainer) => right(trainer),
  }
  return {
    ...{ name: 'tiny', title: 'Left or right', measure: 'accuracy', variants: ['gated', 'plain'] },
    ...{ base: [8, 8], input: [1, 1, SIDE, SIDE], batch: BATCH, epochs: 2, rateEpochs: 1 },
    rates: [0.01, 0.05],
    settings: {},
    build(variant, [first = 1, second = 1]) {
      const window = { kernelSize: 3, padding: 1 }
      const conv = variant === 'gated' ? gatedConv2d : conv2d
      return sequential({
        a: conv(1, first, window),
        act: relu(),
        b: conv(first, second, window),
        mean: globalAveragePool(),
        head: linear(2),
      })
    },
    prepare: async () => material,
  }
}
