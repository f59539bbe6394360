import { readFileSync } from 'node:fs'
import { compile, type Device, type NamedTensors, type Session, tensor } from 'sluice'
import { sgd, Trainer } from 'sluice/training'
import { wasm } from 'sluice/wasm'
import { LEARNING_RATE } from '../nets/classifier.ts'
import type { Weights } from '../nets/formula.ts'
import { type Job, type Peer, partOf } from './peer.ts'
import { sluiceModule } from './sluiceModule.ts'

/** Sluice on its WASM device: the subject. */
export function sluicePeer(): Peer {
  let device: Device | undefined
  let job: Job | undefined
  let sessions: Session[] = []
  let trainer: Trainer | undefined

  const release = async (): Promise<void> => {
    for (const session of sessions) session.dispose()
    trainer?.dispose()
    sessions = []
    trainer = undefined
    await device?.dispose()
    device = undefined
  }

  return {
    name: 'sluice',
    get version() {
      return `${packageVersion()} (${device?.signature ?? 'not loaded'})`
    },
    async load(given) {
      await release()
      const started = await wasm({ threads: given.threads })
      device = started
      job = given
      if (given.kind === 'forward') {
        sessions = given.parts.map(({ net, weights }) =>
          compile(sluiceModule(net), {
            device: started,
            input: [given.batch, ...net.input],
            weights: namedTensors(weights),
          }),
        )
        return
      }
      const { net, weights } = partOf(given, 0)
      trainer = new Trainer(sluiceModule(net), {
        device: started,
        input: [given.batch, ...net.input],
        optimizer: sgd({ momentum: 0 }),
        learningRate: LEARNING_RATE,
        weights: namedTensors(weights),
      })
    },
    async forward(index) {
      const { input } = partOf(job, index)
      const outputs = await sessions[index]?.run({ input })
      if (outputs?.output === undefined) throw new Error('sluice: no output named "output"')
      return { values: outputs.output.data }
    },
    async trainStep() {
      if (trainer === undefined) throw new Error('sluice: training before load')
      const { input, labels } = partOf(job, 0)
      trainer.step({ inputs: input, labels })
      return { values: Float32Array.of(trainer.loss) }
    },
    async readWeights() {
      return trainer?.weights() ?? new Map()
    },
    dispose: release,
  }
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
