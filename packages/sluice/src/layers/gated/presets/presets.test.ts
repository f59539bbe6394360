import { describe, expect, it } from 'vitest'
import { reference } from '../../../backends/reference/referenceDevice.ts'
import { inferenceGraph } from '../../../engine/graph/inferenceGraph.ts'
import type { Module } from '../../../engine/graph/module.ts'
import { compile, readWeights } from '../../../engine/runtime/compile.ts'
import { Random } from '../../../foundation/random.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import { moduleFromDescription } from '../../../models/moduleFromDescription.ts'
import * as presets from './allPresets.ts'
import { gatedPapers } from './papers.ts'

function noise(shape: Shape): Float32Array {
  const random = new Random(7, 'presets')
  return Float32Array.from({ length: elementCount(shape) }, () => random.normal())
}

async function outputOf(model: Module, shape: Shape, data: Float32Array): Promise<Float32Array> {
  using session = compile(model, { device: reference(), input: shape, seed: 2 })
  return (await session.run({ input: data })).output?.data ?? new Float32Array()
}

/** Where the output changes when the input changes at one place, in all channels. */
async function reaches(model: Module, shape: Shape, place: number): Promise<number[]> {
  const data = noise(shape)
  const before = await outputOf(model, shape, data)
  const [, channels = 1, ...space] = shape
  const size = elementCount(space)
  for (let c = 0; c < channels; c++) data[c * size + place] = 3
  const after = await outputOf(model, shape, data)
  const moved = new Set<number>()
  after.forEach((value, i) => {
    if (value !== before[i]) moved.add(i % size)
  })
  return [...moved].sort((a, b) => a - b)
}

describe('presets', () => {
  it('each name the paper they come from', () => {
    expect(Object.keys(gatedPapers).sort()).toEqual(Object.keys(presets).sort())
  })

  it('wavenet sees its own moment and all before it, as far as its dilations reach', async () => {
    const model = presets.wavenet(2, 3, { dilations: [1, 2, 4], skipChannels: 4 })
    // One step for the first convolution, then one, two and four.
    expect(await reaches(model, [1, 2, 16], 5)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13])
  })

  it('gatedPixelCnn shows no pixel to itself, to what is left of it or to rows above', async () => {
    const width = 6
    const model = presets.gatedPixelCnn(2, 2, { channels: 12, kernelSizes: [3, 3, 3] })
    const place = 2 * width + 2
    const moved = await reaches(model, [1, 2, 6, width], place)
    expect(moved.every((pixel) => pixel > place)).toBe(true)
    // Right of it, and in the rows below also left of it: the horizontal stack has no blind spot.
    expect(moved).toContain(place + 1)
    expect(moved).toContain(place + width - 2)
  })

  it('stgcn and graphWaveNet shorten time by what they see', () => {
    const shapeOf = (model: Module) =>
      inferenceGraph(model, [1, 4, 9, 3]).outputs.get('output')?.shape
    expect(shapeOf(presets.stgcn(4, 6, { frames: 3 }))).toEqual([1, 6, 7, 3])
    expect(shapeOf(presets.graphWaveNet(4, { frames: 2, dilation: 4 }))).toEqual([1, 4, 5, 3])
  })

  it('partialConv ignores what lies in holes and closes them from their rim', async () => {
    const shape = [1, 2, 7, 7]
    const data = noise(shape)
    const hole = [...Array(5).keys()].flatMap((row) =>
      [...Array(5).keys()].map((at) => (row + 1) * 7 + at + 1),
    )
    data.fill(1, 49)
    for (const at of hole) data[49 + at] = 0
    const model = presets.partialConv(1, 2)
    const before = await outputOf(model, shape, data)
    for (const at of hole) data[at] = 1e3
    expect(await outputOf(model, shape, data)).toEqual(before)
    const known = [...before.subarray(2 * 49)]
    expect(known.every((value) => value === 0 || value === 1)).toBe(true)
    expect(known.filter((value) => value === 0)).toHaveLength(9)
  })

  it('partialConv after a skip connection counts every channel with its own mask', async () => {
    const [width, height] = [6, 5]
    const area = width * height
    const shape = [1, 7, height, width]
    const data = noise(shape)
    // Two channels and their mask, three channels and theirs; in between nothing is known in either.
    const masks = [
      (at: number) => (at % width < 2 ? 1 : 0),
      (at: number) => (at % width === 0 || at % width === 5 ? 1 : 0),
    ]
    for (let at = 0; at < area; at++) {
      data[2 * area + at] = masks[0]?.(at) ?? 0
      data[6 * area + at] = masks[1]?.(at) ?? 0
    }
    const model = presets.partialConv([2, 3], 4)
    expect(moduleFromDescription(model.describe()).describe()).toEqual(model.describe())
    using session = compile(model, { device: reference(), input: shape, seed: 3 })
    const weights = readWeights(session)
    const { output } = await session.run({ input: data })
    const weight = weights.get('weight')?.data ?? []
    const bias = weights.get('bias')?.data ?? []
    const channels = [0, 1, 3, 4, 5].map((from, c) => ({ from, mask: masks[c < 2 ? 0 : 1] }))
    for (let at = 0; at < area; at++) {
      const sums = [0, 0, 0, 0]
      let known = 0
      for (let tap = 0; tap < 9; tap++) {
        const y = Math.floor(at / width) + Math.floor(tap / 3) - 1
        const x = (at % width) + (tap % 3) - 1
        if (y < 0 || y >= height || x < 0 || x >= width) continue
        channels.forEach(({ from, mask }, c) => {
          const open = mask?.(y * width + x) ?? 0
          known += open
          const value = open * (data[from * area + y * width + x] ?? 0)
          sums.forEach((_, o) => {
            sums[o] = (sums[o] ?? 0) + value * Number(weight[(o * 5 + c) * 9 + tap])
          })
        })
      }
      sums.forEach((sum, o) => {
        const expected = known === 0 ? 0 : (sum * 45) / known + Number(bias[o])
        expect(output?.data[o * area + at]).toBeCloseTo(expected, 4)
      })
      expect(output?.data[4 * area + at]).toBe(known === 0 ? 0 : 1)
    }
  })

  it('highway begins by passing its input', async () => {
    const shape = [1, 3, 5, 5]
    const data = noise(shape)
    const output = await outputOf(presets.highway(3, { gateBias: -20 }), shape, data)
    output.forEach((value, i) => {
      expect(value).toBeCloseTo(data[i] ?? Number.NaN, 5)
    })
  })

  it('gateShift begins by moving nothing in time and interleaves the quarters of each half', async () => {
    const size = 3 * 4 * 4
    const data = noise([1, 8, 3, 4, 4])
    const output = await outputOf(presets.gateShift(8), [1, 8, 3, 4, 4], data)
    const channel = (from: Float32Array, c: number) => from.slice(c * size, (c + 1) * size)
    for (const [to, from] of [0, 2, 1, 3, 4, 6, 5, 7].entries()) {
      expect(channel(output, to)).toEqual(channel(data, from))
    }
  })

  it('aotBlock hardly opens where a channel is constant, and stays finite there', async () => {
    const shape = [1, 4, 9, 12]
    const data = new Float32Array(elementCount(shape)).fill(0.7)
    const output = await outputOf(presets.aotBlock(4), shape, data)
    // Nothing deviates from the mean: g = σ(−5) = 0.0067.
    expect(output.every((value) => Math.abs(value - 0.7) < 0.02)).toBe(true)
    expect(output).not.toEqual(data)
  })

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['wavenet without layers', () => presets.wavenet(1, 1, { dilations: [] }), /dilations/],
    ['even PixelCNN windows', () => presets.gatedPixelCnn(1, 1, { kernelSizes: [4] }), /odd/],
    ['gateShift of channels without quarters', () => presets.gateShift(6), /multiple of 4/],
    ['aotBlock without rates', () => presets.aotBlock(4, { rates: [] }), /rate/],
    ['aotBlock of channels that its rates do not share', () => presets.aotBlock(6), /6 channels/],
    [
      'aotBlock on a picture too small to be mirrored',
      () => inferenceGraph(presets.aotBlock(4), [1, 4, 8, 8]),
      /block03/,
    ],
    ['gnConv of channels that do not halve', () => presets.gnConv(6, { order: 3 }), /halved/],
    ['more filters than channels', () => presets.mambaOut(3, { convChannels: 9 }), /convChannels/],
    [
      'a picture where a clip is due',
      () => inferenceGraph(presets.gateShift(4), [1, 4, 8, 8]),
      /gateShift[\s\S]*depth/,
    ],
  ]
  it.each(refused)('refuse %s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
