import { describe, expect, it } from 'vitest'
import { createFrames } from '../clips/frames.ts'
import { preprocessing } from '../clips/preprocessing.ts'
import { clipToTensor } from '../clips/toTensor.ts'
import { evaluationBatches } from './evaluationBatches.ts'

const description = preprocessing({ frames: 4, fps: 10, size: 2 })

function recording(seconds: number) {
  const count = seconds * 10
  const data = Uint8Array.from({ length: count * 12 }, (_, i) => Math.floor(i / 12))
  const times = Float64Array.from({ length: count }, (_, i) => i / 10)
  return createFrames({ height: 2, width: 2, data, times, duration: seconds })
}

const items = [
  { path: 'long', label: 4, seconds: 10 },
  { path: 'short', label: 2, seconds: 0.4 },
  { path: 'medium', label: 3, seconds: 2 },
]
const options = {
  items,
  load: async (item: { seconds: number }) => recording(item.seconds),
  preprocessing: description,
  batch: 4,
}

describe('evaluationBatches', () => {
  it('takes several clips of a recording, one where that is all there is, and pads the end', async () => {
    const batches = []
    for await (const batch of evaluationBatches({ ...options, clips: 3 })) batches.push(batch)
    expect(batches.map((batch) => batch.valid)).toEqual([4, 3])
    expect(batches.flatMap((batch) => batch.itemIndices)).toEqual([0, 0, 0, 1, 2, 2, 2])
    expect(batches.map((batch) => Array.from(batch.labels))).toEqual([
      [4, 4, 4, 2],
      [3, 3, 3, -1],
    ])
    const [, last] = batches
    expect(last?.shape).toEqual([4, 3, 4, 2, 2])
    expect(last?.inputs.subarray(3 * 48).every((value) => value === 0)).toBe(true)
    expect(last?.inputs.subarray(48, 96)).toEqual(
      clipToTensor(recording(2), description, { start: 0.8 }),
    )
  })

  it('takes the middle of a recording when one clip is asked for', async () => {
    for await (const batch of evaluationBatches(options)) {
      expect(batch.valid).toBe(3)
      expect(batch.items).toEqual(items)
      expect(batch.inputs.subarray(0, 48)).toEqual(
        clipToTensor(recording(10), description, { start: 4.8 }),
      )
    }
  })

  it('shuffles each clip its own way, the same whatever the batch', async () => {
    const inputsOf = async (batch: number, seed: number) => {
      const clips: Float32Array[] = []
      const asked = { ...options, batch, clips: 3, order: 'shuffled', seed } as const
      for await (const { inputs, valid } of evaluationBatches(asked)) {
        for (let i = 0; i < valid; i++) clips.push(inputs.slice(i * 48, (i + 1) * 48))
      }
      return clips
    }
    const shuffled = await inputsOf(4, 1)
    expect(await inputsOf(3, 1)).toEqual(shuffled)
    expect(await inputsOf(4, 2)).not.toEqual(shuffled)
    const [first, second] = shuffled
    const plain = clipToTensor(recording(10), description, { start: 0 })
    expect(first).not.toEqual(plain)
    expect(first?.slice().sort()).toEqual(plain.sort())
    const places = (clip: Float32Array | undefined, start: number) => {
      const shown = clipToTensor(recording(10), description, { start })
      return [0, 4, 8, 12].map((at) => shown.indexOf(clip?.[at] ?? Number.NaN) / 4)
    }
    expect(places(first, 0)).not.toEqual(places(second, 4.8))
  })

  it('refuses to evaluate nothing', async () => {
    const none = evaluationBatches({ ...options, items: [] })
    await expect(none.next()).rejects.toThrow(/no clips to load/)
  })
})
