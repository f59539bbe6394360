import { describe, expect, it } from 'vitest'
import { mildAugmentation, noAugmentation } from '../augment/augmentation.ts'
import { createFrames, type Frames } from '../clips/frames.ts'
import { preprocessing } from '../clips/preprocessing.ts'
import type { ClipSource } from '../dataset.ts'
import type { Batch } from './batch.ts'
import { makeTrainingClip } from './makeClips.ts'
import { TrainingBatches, type TrainingOptions } from './trainingBatches.ts'

const items: ClipSource[] = Array.from({ length: 7 }, (_, i) => ({
  path: `clip${i}`,
  label: i % 3,
}))

/** A clip of noise that is this item's own, ready after a while that is not in order. */
async function load(item: ClipSource): Promise<Frames> {
  const id = Number(item.path.slice(4))
  await new Promise((resolve) => setTimeout(resolve, (id * 7) % 5))
  const data = Uint8Array.from({ length: 12 * 9 * 8 * 3 }, (_, i) => (i * (id + 3) * 31) % 256)
  const times = Float64Array.from({ length: 12 }, (_, i) => i / 10)
  return createFrames({ height: 8, width: 9, data, times, duration: 1.2 })
}

const options = {
  items,
  load,
  preprocessing: preprocessing({ frames: 4, fps: 10, size: 4 }),
  augmentation: mildAugmentation,
  batch: 3,
  seed: 11,
}

async function collect<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

const bits = (batches: readonly Batch[]) =>
  batches.map((batch) => [
    Array.from(new Uint32Array(batch.inputs.buffer)),
    Array.from(batch.labels),
  ])

describe('TrainingBatches', () => {
  it('shows every item in full batches, filled from the start of the order', async () => {
    const loader = new TrainingBatches(options)
    const batches = await collect(loader.epoch(0))
    expect(loader.perEpoch).toBe(3)
    expect(batches.map((batch) => batch.shape)).toEqual(Array(3).fill([3, 3, 4, 4, 4]))
    expect(batches.every((batch) => batch.valid === 3)).toBe(true)
    const seen = batches.flatMap((batch) => batch.items)
    expect(new Set(seen).size).toBe(7)
    expect(seen.slice(7)).toEqual(seen.slice(0, 2))
    const labels = batches.flatMap((batch) => Array.from(batch.labels))
    expect(labels).toEqual(seen.map((item) => item.label))
  })

  it('augments anew what comes round again', async () => {
    const batches = await collect(new TrainingBatches(options).epoch(0))
    const clip = (i: number) => {
      const inputs = batches[Math.floor(i / 3)]?.inputs
      return inputs?.subarray((i % 3) * 192, ((i % 3) + 1) * 192)
    }
    expect(clip(7)).not.toEqual(clip(0))
    const plain = await collect(
      new TrainingBatches({ ...options, augmentation: noAugmentation }).epoch(0),
    )
    expect(plain[2]?.inputs.subarray(192, 384)).toEqual(plain[0]?.inputs.subarray(0, 192))
  })

  it('orders epochs differently and repeats them exactly', async () => {
    const order = async (epoch: number, seed = 11) =>
      (await collect(new TrainingBatches({ ...options, seed }).epoch(epoch))).flatMap((batch) =>
        batch.items.map((item) => item.path),
      )
    expect(await order(4)).toEqual(await order(4))
    expect(await order(4)).not.toEqual(await order(5))
    expect(await order(4)).not.toEqual(await order(4, 12))
  })

  it('started at batch k gives the bits of having gone through', async () => {
    const loader = new TrainingBatches(options)
    const whole = bits(await collect(loader.epoch(3)))
    for (const k of [1, 2, 3]) {
      expect(bits(await collect(new TrainingBatches(options).epoch(3, k)))).toEqual(whole.slice(k))
    }
  })

  it('gives the same bits however many clips load at once', async () => {
    const one = await collect(new TrainingBatches({ ...options, concurrency: 1 }).epoch(1))
    const five = await collect(new TrainingBatches({ ...options, concurrency: 5 }).epoch(1))
    expect(bits(one)).toEqual(bits(five))
  })

  it('fills a batch larger than the data set', async () => {
    const [batch, ...rest] = await collect(new TrainingBatches({ ...options, batch: 16 }).epoch(0))
    expect(rest).toEqual([])
    expect(new Set(batch?.items).size).toBe(7)
    expect(batch?.items.length).toBe(16)
  })

  it('passes on the error of a clip that does not load', async () => {
    const broken = {
      ...options,
      load: (item: ClipSource) =>
        item.path === 'clip5' ? Promise.reject(new Error('clip5: torn')) : load(item),
    }
    await expect(collect(new TrainingBatches(broken).epoch(0))).rejects.toThrow('clip5: torn')
  })

  it('refuses to load nothing', () => {
    expect(() => new TrainingBatches({ ...options, items: [] })).toThrow(/no clips to load/)
    expect(() => new TrainingBatches({ ...options, batch: 0 })).toThrow(/whole number/)
  })

  it('prepares batches ahead, into the next epoch too, without changing a bit', async () => {
    const plain = new TrainingBatches(options)
    const expected = [bits(await collect(plain.epoch(0))), bits(await collect(plain.epoch(1)))]
    const asked: string[] = []
    const make: NonNullable<TrainingOptions<ClipSource>['make']> = async (item, recipe, place) => {
      asked.push(`${place.epoch} ${item.path}`)
      return makeTrainingClip(await load(item), item.label, recipe, place)
    }
    const ahead = new TrainingBatches({ ...options, make, ahead: 2, epochs: 2 })
    const first = bits(await collect(ahead.epoch(0)))
    expect(asked.filter((name) => name.startsWith('1'))).not.toEqual([])
    const second = bits(await collect(ahead.epoch(1)))
    expect([first, second]).toEqual(expected)
    // Every clip of two epochs once: nothing begun was thrown away, and no third epoch begun.
    expect(asked).toHaveLength(2 * ahead.perEpoch * options.batch)
  })

  it('forgets what was begun for elsewhere when it starts somewhere else', async () => {
    const loader = new TrainingBatches({ ...options, ahead: 3, epochs: 9 })
    for await (const _ of loader.epoch(0)) break
    const resumed = bits(await collect(loader.epoch(4, 1)))
    expect(resumed).toEqual(bits(await collect(new TrainingBatches(options).epoch(4, 1))))
  })
})
