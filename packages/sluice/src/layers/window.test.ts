import { describe, expect, it } from 'vitest'
import { paddingPairs, triple } from './window.ts'

describe('sizes of a layer', () => {
  it('repeats one number for every axis the layer has, and fills the axes it lacks', () => {
    expect(triple('conv3d', 'kernelSize', 3, 3, 1, 1)).toEqual([3, 3, 3])
    expect(triple('conv2d', 'kernelSize', [2, 5], 2, 1, 1)).toEqual([1, 2, 5])
    expect(triple('conv1d', 'kernelSize', 7, 1, 1, 1)).toEqual([1, 1, 7])
  })

  it('refuses a list of the wrong length or with impossible sizes, naming layer and option', () => {
    expect(() => triple('conv3d', 'stride', [1, 2], 3, 1, 1)).toThrow(/conv3d.*stride/)
    expect(() => triple('conv3d', 'stride', [1, 2, 0], 3, 1, 1)).toThrow(/received: \[1,2,0\]/)
    expect(() => triple('conv3d', 'stride', 1.5, 3, 1, 1)).toThrow(/stride/)
    for (const left of [undefined, null, 'three'] as unknown as number[]) {
      expect(() => triple('conv3d', 'kernelSize', left, 3, 1, 1)).toThrow(/conv3d.*kernelSize/)
    }
  })
})

describe('padding', () => {
  it('of one number goes on both sides of every axis the layer has', () => {
    expect(paddingPairs('conv2d', 1, 2, [1, 3, 3], [1, 1, 1])).toEqual([
      [0, 0],
      [1, 1],
      [1, 1],
    ])
  })

  it('may differ from side to side', () => {
    expect(paddingPairs('conv2d', [[1, 0], 2], 2, [1, 3, 3], [1, 1, 1])).toEqual([
      [0, 0],
      [1, 0],
      [2, 2],
    ])
  })

  it('"same" puts the odd zero behind, as PyTorch does', () => {
    expect(paddingPairs('conv1d', 'same', 1, [1, 1, 4], [1, 1, 1])[2]).toEqual([1, 2])
    expect(paddingPairs('conv1d', 'same', 1, [1, 1, 3], [1, 1, 2])[2]).toEqual([2, 2])
  })

  it('"causal" puts all zeros before the first axis and is "same" in space', () => {
    expect(paddingPairs('conv3d', 'causal', 3, [3, 3, 3], [2, 1, 1])).toEqual([
      [4, 0],
      [1, 1],
      [1, 1],
    ])
    expect(paddingPairs('conv1d', 'causal', 1, [1, 1, 3], [1, 1, 1])[2]).toEqual([2, 0])
  })

  it('is refused when negative or for too many axes', () => {
    expect(() => paddingPairs('conv1d', -1, 1, [1, 1, 3], [1, 1, 1])).toThrow(/padding/)
    expect(() => paddingPairs('conv1d', [1, 1], 1, [1, 1, 3], [1, 1, 1])).toThrow(/padding/)
  })

  it('is refused when a pair is none', () => {
    for (const wrong of [[[1]], [[1, 1, 5]], [null], null] as unknown as number[]) {
      expect(() => paddingPairs('conv1d', wrong, 1, [1, 1, 3], [1, 1, 1])).toThrow(
        /conv1d.*padding/,
      )
    }
  })
})
