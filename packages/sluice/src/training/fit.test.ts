import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import type { Device, VariableStore } from '../engine/device/device.ts'
import { wasm } from '../entrypoints/wasm.ts'
import { tensor } from '../foundation/hostTensor.ts'
import { Random } from '../foundation/random.ts'
import { batchNorm } from '../layers/batchNorm.ts'
import { dropout } from '../layers/dropout.ts'
import { gatedConv3d } from '../layers/gated/gatedConv.ts'
import { globalAveragePool } from '../layers/globalPool.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import { batchesInOrder, type Clips, shuffledBatches } from './clips.ts'
import { type FitEvent, type FitOptions, fit } from './fit.ts'
import { crossEntropy } from './losses/crossEntropy.ts'
import { adam, adamw } from './optimizers/adam.ts'
import { sgd } from './optimizers/sgd.ts'
import { MemoryStorage } from './runStorage.ts'
import { cosine } from './schedules/cosine.ts'
import { Trainer } from './trainer.ts'
import type { TrainerOptions } from './trainerOptions.ts'

const model = sequential({
  conv: gatedConv3d(1, 2, { kernelSize: 3, padding: 'same', stride: [1, 2, 2] }),
  norm: batchNorm(),
  pool: globalAveragePool(),
  drop: dropout(0.3),
  head: linear(2),
})
const batch = 3
const epochs = 3
const stepsPerEpoch = 3

/** Clips in which a bright pixel stands still (0) or blinks (1). */
function makeClips(count: number, stream: string): Clips {
  const random = new Random(9, stream)
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
  const data = Float32Array.from({ length: count * 32 }, (_, i) => {
    const still = labels[Math.floor(i / 32)] === 0
    const lit = i % 8 === 0 && (still || Math.floor(i / 8) % 2 === 0)
    return (lit ? 2 : 0) + 0.1 * random.normal()
  })
  return { inputs: tensor([count, 1, 4, 2, 4], data), labels }
}
const clips = makeClips(8, 'train')
const held = makeClips(5, 'held')

/** The reference device with float32 variables, as every real device has: what a checkpoint keeps. */
function float32Reference(): Device {
  const device = reference()
  return {
    ...device,
    load(plan, variables: VariableStore) {
      const executable = device.load(plan, variables)
      return {
        write: (input, data) => executable.write(input, data),
        read: (output) => executable.read(output),
        dispose: () => executable.dispose(),
        run() {
          executable.run()
          for (const name of variables.names) variables.write(name, variables.read(name))
        },
      }
    },
  }
}

interface Options extends Partial<FitOptions> {
  readonly device: Device
  readonly training?: Partial<TrainerOptions>
}

async function runOnce({ device, training, ...options }: Options) {
  const learningRate = cosine({ learningRate: 0.03, steps: epochs * stepsPerEpoch })
  using trainer = new Trainer(model, {
    ...{ device, input: [batch, 1, 4, 2, 4], learningRate, clipNorm: 1, seed: 4 },
    ...training,
  })
  const result = await fit({
    trainer,
    epochs,
    train: (epoch, first) => shuffledBatches(clips, batch, 4, epoch, first),
    validate: () => batchesInOrder(held, batch),
    ...options,
  })
  return { result, last: trainer.state() }
}

/** Runs until so many batches are done, then aborts. */
async function runUntil(stop: number, options: Options): Promise<string> {
  const abort = new AbortController()
  const { result } = await runOnce({
    ...options,
    signal: abort.signal,
    onEvent: (event) => {
      if (event.type === 'step' && event.epoch * stepsPerEpoch + event.batch === stop) abort.abort()
    },
  })
  return result.status
}

const devices: readonly (readonly [string, () => Device | Promise<Device>])[] = [
  ['reference', float32Reference],
  ['wasm', () => wasm({ threads: 1 })],
]

describe.each(devices)('fit on the %s device', (_, makeDevice) => {
  const settings: readonly (readonly [string, Partial<TrainerOptions>])[] = [
    ['AdamW', { optimizer: adamw() }],
    ['SGD', { optimizer: sgd({ weightDecay: 0.01 }) }],
    ['Adam, two batches a step, average', { optimizer: adam(), accumulate: 2, ema: 0.9 }],
    [
      'weighted classes in threes, frozen',
      { loss: crossEntropy({ classWeights: [1, 3] }), accumulate: 3, freeze: ['conv', 'norm'] },
    ],
  ]
  it.each(settings)(
    'resumed after any batch it gives the bits of a run left alone (%s)',
    async (_name, training) => {
      const device = await makeDevice()
      const whole = new MemoryStorage()
      const undisturbed = await runOnce({ device, training, storage: whole })
      for (let stop = 1; stop < epochs * stepsPerEpoch; stop++) {
        const storage = new MemoryStorage()
        expect(await runUntil(stop, { device, training, storage })).toBe('interrupted')
        const resumed = await runOnce({ device, training, storage, resume: true })
        expect(resumed).toEqual(undisturbed)
        expect(storage.checkpoint).toEqual(whole.checkpoint)
        expect(storage.records).toEqual(whole.records)
      }
      await device.dispose()
    },
  )

  it('killed anywhere it goes on from the last checkpoint to the same bits', async () => {
    const device = await makeDevice()
    const whole = new MemoryStorage()
    const undisturbed = await runOnce({ device, storage: whole })
    for (let kill = 1; kill <= epochs * stepsPerEpoch; kill++) {
      const storage = new MemoryStorage()
      const dies = runOnce({
        device,
        storage,
        checkpointEvery: 2,
        onEvent: (event) => {
          if (event.type === 'step' && event.step === kill) throw new Error('killed')
        },
      })
      await expect(dies).rejects.toThrow('killed')
      // Killed between the record of an epoch and its checkpoint: one record too many.
      const [record] = whole.records
      if (record !== undefined) await storage.appendRecord(record)
      const resumed = await runOnce({ device, storage, resume: true, checkpointEvery: 2 })
      expect(resumed).toEqual(undisturbed)
      expect(storage.records).toEqual(whole.records)
    }
    await device.dispose()
  })

  it('keeps the weights of the best epoch, and one seed gives one result', async () => {
    const device = await makeDevice()
    const a = await runOnce({ device })
    const b = await runOnce({ device })
    const c = await runOnce({ device, training: { seed: 5 } })
    expect(b).toEqual(a)
    expect(c.result.weights).not.toEqual(a.result.weights)
    const { best, history } = a.result
    const accuracies = history.map((record) => record.validAccuracy ?? 0)
    expect(best?.accuracy).toBe(Math.max(...accuracies))
    expect(history.map((record) => record.epoch)).toEqual([1, 2, 3])
    await device.dispose()
  })
})

describe('fit', () => {
  const device = float32Reference()

  it('tells what happens, in order', async () => {
    const events: FitEvent[] = []
    const onEvent = (event: FitEvent) => events.push(event)
    await runOnce({ device, epochs: 1, storage: new MemoryStorage(), onEvent })
    expect(events.map((event) => event.type)).toEqual([
      'step',
      'step',
      'step',
      'checkpoint',
      'epoch',
    ])
    expect(events[0]).toMatchObject({ epoch: 0, batch: 1, step: 1 })
  })

  it('does not train over an earlier run unless told to resume it', async () => {
    const storage = new MemoryStorage()
    await runOnce({ device, storage, epochs: 1 })
    await expect(runOnce({ device, storage })).rejects.toThrow(/checkpoint of an earlier run/)
  })

  it('begins anew when there is nothing to resume', async () => {
    const fresh = await runOnce({ device, storage: new MemoryStorage(), resume: true })
    expect(fresh).toEqual(await runOnce({ device }))
  })

  it('resumes a finished run by doing nothing', async () => {
    const storage = new MemoryStorage()
    const finished = await runOnce({ device, storage })
    const before = storage.checkpoint
    expect(await runOnce({ device, storage, resume: true })).toEqual(finished)
    expect(storage.checkpoint).toBe(before)
  })

  it('refuses to resume with other options or kernels, and says which', async () => {
    const storage = new MemoryStorage()
    await runOnce({ device, storage, configuration: { data: 'a' } })
    const again = (options: Partial<Options>) =>
      runOnce({ device, storage, resume: true, configuration: { data: 'a' }, ...options })
    await expect(again({})).resolves.toMatchObject({ result: { status: 'finished' } })
    await expect(
      again({ training: { loss: crossEntropy({ labelSmoothing: 0.1 }) } }),
    ).rejects.toThrow(/another loss/)
    await expect(again({ configuration: { data: 'b' } })).rejects.toThrow(/another data/)
    await expect(again({ device: { ...device, signature: 'other' } })).rejects.toThrow(
      /other kernels[\s\S]*reference-f64[\s\S]*other/,
    )
  })

  it('stops at a loss that is no number and leaves the last good checkpoint', async () => {
    const storage = new MemoryStorage()
    const train: FitOptions['train'] = async function* (epoch, first) {
      for await (const next of shuffledBatches(clips, batch, 4, epoch, first)) {
        yield epoch === 1 ? { ...next, inputs: next.inputs.map(() => Number.NaN) } : next
      }
    }
    await expect(runOnce({ device, storage, train, checkpointEvery: 1 })).rejects.toMatchObject({
      code: 'numeric',
    })
    const good = new MemoryStorage()
    await runOnce({ device, storage: good, epochs: 1 })
    expect(storage.checkpoint).toEqual(good.checkpoint)
  })

  it('without validation keeps the last weights', async () => {
    using trainer = new Trainer(model, { device, input: [batch, 1, 4, 2, 4] })
    const train = (epoch: number, first: number) => shuffledBatches(clips, batch, 0, epoch, first)
    const result = await fit({ trainer, train, epochs: 1 })
    expect(result.best).toBeUndefined()
    expect(result.weights).toEqual(trainer.weights())
  })

  it('refuses an epoch without batches', async () => {
    await expect(runOnce({ device, train: async function* () {} })).rejects.toThrow(/no batches/)
  })

  it('stops early when no epoch was better for so long, and resumed stops there as well', async () => {
    // A rate of zero and no running statistics: after the first epoch nothing becomes better.
    const training = { learningRate: 0, freeze: ['conv', 'norm'] }
    const options = { device, training, epochs: 9, earlyStopping: { patience: 2 } }
    const events: FitEvent[] = []
    const { result } = await runOnce({ ...options, onEvent: (event) => events.push(event) })
    expect(result).toMatchObject({ status: 'finished', stoppedEarly: true, best: { epoch: 1 } })
    expect(result.history).toHaveLength(3)
    expect(events.at(-1)).toEqual({ type: 'stoppedEarly', epoch: 3 })
    const storage = new MemoryStorage()
    await runUntil(5, { ...options, storage })
    expect((await runOnce({ ...options, storage, resume: true })).result).toEqual(result)
    expect((await runOnce({ ...options, storage, resume: true })).result).toEqual(result)
    const blind = { trainer: new Trainer(model, { device, input: [batch, 1, 4, 2, 4] }), epochs: 1 }
    const train = (epoch: number, first: number) => shuffledBatches(clips, batch, 0, epoch, first)
    await expect(fit({ ...blind, train, earlyStopping: { patience: 1 } })).rejects.toThrow(
      /validate/,
    )
  })

  it('takes a step at the end of an epoch for the batches that are left', async () => {
    const { result } = await runOnce({ device, training: { accumulate: 2 } })
    // Three batches an epoch: a step of two, and a step of one.
    expect(result.history.map(({ step }) => step)).toEqual([2, 4, 6])
  })
})
