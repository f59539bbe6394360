import { readFileSync } from 'node:fs'
import {
  compile,
  type Device,
  type NamedTensors,
  type Session,
  spatioTemporalGatedConvNet,
  tensor,
} from 'sluice'
import { sgd, Trainer } from 'sluice/training'
import { wasm } from 'sluice/wasm'
import { CLASSES, CLIP, LEARNING_RATE, type Weights } from '../network.ts'
import type { Peer } from './peer.ts'

/** Sluice on its WASM device: the subject. Programs are compiled for each batch size, at first use. */
export function sluicePeer(): Peer {
  let device: Device | undefined
  let weights: NamedTensors = new Map()
  const sessions = new Map<number, Session>()
  const trainers = new Map<number, Trainer>()
  let lastTrainer: Trainer | undefined

  const started = (): Device => {
    if (device === undefined) throw new Error('sluice: run before load')
    return device
  }

  const release = async (): Promise<void> => {
    for (const session of sessions.values()) session.dispose()
    for (const trainer of trainers.values()) trainer.dispose()
    sessions.clear()
    trainers.clear()
    lastTrainer = undefined
    await device?.dispose()
    device = undefined
  }

  return {
    name: 'sluice',
    get version() {
      return `${packageVersion()} (${device?.signature ?? 'not loaded'})`
    },
    async load(given, threads) {
      await release()
      device = await wasm({ threads })
      weights = namedTensors(given)
    },
    async forward({ count, channelsFirst }) {
      let session = sessions.get(count)
      if (session === undefined) {
        const model = spatioTemporalGatedConvNet({ classes: CLASSES })
        session = compile(model, { device: started(), input: inputShape(count), weights })
        sessions.set(count, session)
      }
      const { output } = await session.run({ input: channelsFirst })
      if (output === undefined) throw new Error('sluice: no output named "output"')
      return output.data
    },
    async trainStep({ count, channelsFirst, labels }) {
      let trainer = trainers.get(count)
      if (trainer === undefined) {
        trainer = new Trainer(spatioTemporalGatedConvNet({ classes: CLASSES }), {
          device: started(),
          input: inputShape(count),
          optimizer: sgd({ momentum: 0 }),
          learningRate: LEARNING_RATE,
          weights,
        })
        trainers.set(count, trainer)
      }
      lastTrainer = trainer
      trainer.step({ inputs: channelsFirst, labels })
      return trainer.loss
    },
    async readWeights() {
      return lastTrainer?.weights() ?? new Map()
    },
    dispose: release,
  }
}

function inputShape(count: number): readonly number[] {
  return [count, CLIP.channels, CLIP.frames, CLIP.height, CLIP.width]
}

function namedTensors(weights: Weights): NamedTensors {
  const named: NamedTensors = new Map()
  for (const [name, { shape, data }] of weights) named.set(name, tensor(shape, data))
  return named
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.resolve('sluice'))
  return String(JSON.parse(readFileSync(file, 'utf8')).version)
}
