import { describe, expect, it } from 'vitest'
import { cube } from './net.ts'
import { shapeAfter, toChannelsFirst, toChannelsLast } from './shapes.ts'

describe('shapeAfter', () => {
  it.each([
    [1, 1, [4, 9, 9]],
    [2, 1, [4, 5, 5]],
    [1, 4, [4, 9, 9]],
  ])('stride %i and dilation %i', (stride, dilation, shape) => {
    const layer = { is: 'conv', name: 'c', inChannels: 2, outChannels: 4 } as const
    expect(shapeAfter({ ...layer, ...cube(2, 3, stride, dilation) }, [2, 9, 9])).toEqual(shape)
  })
})

describe('channels last', () => {
  it('puts a position’s channels side by side, example by example, and back', () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i)
    const last = toChannelsLast(data, 2, 2)
    expect([...last]).toEqual([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    expect(toChannelsFirst(last, 2, 2)).toEqual(data)
  })
})
