import { describe, expect, it } from 'vitest'
import { tensor } from '../../foundation/hostTensor.ts'
import type { TensorPreprocessing } from './preprocessing.ts'
import { tensorClip, tensorSteps } from './tensorClip.ts'
import { combineStatistics, statisticsOf } from './tensorStatistics.ts'
import { clipToTensor } from './toTensor.ts'

const counting = (...shape: number[]) =>
  tensor(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  )

const plain = (channels: number, frames: number, height: number, width: number) =>
  ({
    ...{ kind: 'tensor', channels, frames, height, width },
    mean: new Array<number>(channels).fill(0),
    std: new Array<number>(channels).fill(1),
  }) satisfies TensorPreprocessing

describe('tensorClip', () => {
  it.each([
    [[5], [1, 5, 1, 1]],
    [
      [2, 5],
      [2, 5, 1, 1],
    ],
    [
      [5, 3, 4],
      [1, 5, 3, 4],
    ],
    [
      [2, 5, 3, 4],
      [2, 5, 3, 4],
    ],
  ])('takes %o for %o, by its rank', (shape, expected) => {
    const { channels, count, height, width } = tensorClip(counting(...shape), undefined, 'm')
    expect([channels, count, height, width]).toEqual(expected)
  })

  it('puts named axes in order', () => {
    const clip = tensorClip(counting(5, 2, 3, 4), 'DCHW', 'm')
    expect([clip.channels, clip.count, clip.height, clip.width]).toEqual([2, 5, 3, 4])
    // Channel 1, step 3, row 2, column 1 stood at [3, 1, 2, 1].
    expect(clip.data[((1 * 5 + 3) * 3 + 2) * 4 + 1]).toBe(((3 * 2 + 1) * 3 + 2) * 4 + 1)
    const pictures = tensorClip(counting(3, 4), 'WD', 'm')
    expect([...pictures.data]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
  })

  it('refuses what is no clip', () => {
    expect(() => tensorClip(counting(1, 2, 3, 4, 5), undefined, 'x.npy')).toThrow(/x\.npy.*axes/)
    expect(() => tensorClip(counting(2, 3), 'DHW', 'm')).toThrow(/axes DHW[\s\S]*\[2, 3\]/)
    expect(() => tensorClip(counting(2, 0), undefined, 'm')).toThrow(/without elements/)
    expect(() => tensorClip(counting(2, 3), 'DD', 'm')).toThrow(/once/)
    const hole = tensor([4], [1, 2, Number.NaN, 3])
    expect(() => tensorClip(hole, undefined, 'm')).toThrow(/finite[\s\S]*NaN at element 2/)
  })

  it('is cut by steps', () => {
    const part = tensorSteps(tensorClip(counting(2, 5), undefined, 'm'), 1, 3)
    expect([...part.data]).toEqual([1, 2, 6, 7])
    expect(part.duration).toBe(2)
  })
})

describe('an array as input', () => {
  it('is normalised per channel, with the last step held past the end', () => {
    const clip = tensorClip(counting(2, 3), undefined, 'm')
    const description = { ...plain(2, 4, 1, 1), mean: [1, 4], std: [2, 0.5] }
    expect([...clipToTensor(clip, description, { start: 1 })]).toEqual([
      0, 0.5, 0.5, 0.5, 0, 2, 2, 2,
    ])
  })

  it('is bits for bits what was stored when nothing is asked', () => {
    const clip = tensorClip(counting(2, 3, 4, 5), undefined, 'm')
    expect(clipToTensor(clip, plain(2, 3, 4, 5))).toEqual(clip.data)
  })

  it('can be mirrored, sped up and moved', () => {
    const clip = tensorClip(counting(4, 1, 3), undefined, 'm')
    const view = plain(1, 2, 1, 3)
    expect([...clipToTensor(clip, view, { mirror: true })]).toEqual([2, 1, 0, 5, 4, 3])
    expect([...clipToTensor(clip, view, { speed: 2 })]).toEqual([0, 1, 2, 6, 7, 8])
    const moved = { left: 1, top: 0, width: 3, height: 1 }
    expect([...clipToTensor(clip, view, { view: moved })]).toEqual([1, 2, 2, 4, 5, 5])
  })

  it('must have the channels and the grid of the model', () => {
    const clip = tensorClip(counting(2, 3, 4, 5), undefined, 'm')
    expect(() => clipToTensor(clip, plain(1, 3, 4, 5))).toThrow(
      /1 channel of 4×5[\s\S]*2 channels of 4×5/,
    )
  })
})

describe('statistics of channels', () => {
  it('are those of all values together, in float64, for large values with a small spread', () => {
    const rows = [
      [280.5, 281.25, 279],
      [280, 283.5],
    ]
    const parts = rows.map((row) =>
      statisticsOf(tensorClip(tensor([1, row.length], row), 'CD', 'm')),
    )
    const all = rows.flat()
    const mean = all.reduce((a, b) => a + b) / all.length
    const std = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length)
    const found = combineStatistics(parts)
    expect(found.mean[0]).toBeCloseTo(mean, 10)
    expect(found.std[0]).toBeCloseTo(std, 10)
  })

  it('give a channel that never changes the deviation 1', () => {
    const clip = tensorClip(tensor([1, 3], [0.1, 0.1, 0.1]), 'CD', 'm')
    expect(combineStatistics([statisticsOf(clip)]).std).toEqual([1])
  })
})
