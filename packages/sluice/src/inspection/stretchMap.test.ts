import { describe, expect, it } from 'vitest'
import { tensor } from '../foundation/hostTensor.ts'
import { stretchMap } from './stretchMap.ts'

describe('a stretched map', () => {
  it('interpolates between the middles of cells, as PyTorch does without aligned corners', () => {
    const { shape, data } = stretchMap(tensor([1, 2], [0, 4]), [4])
    expect(shape).toEqual([1, 4])
    expect([...data]).toEqual([0, 1, 3, 4])
  })
  it('does so along every axis, for every input', () => {
    const map = tensor([2, 1, 2, 1], [0, 4, 8, 8])
    const { shape, data } = stretchMap(map, [2, 4, 1])
    expect(shape).toEqual([2, 2, 4, 1])
    expect([...data]).toEqual([0, 1, 3, 4, 0, 1, 3, 4, 8, 8, 8, 8, 8, 8, 8, 8])
  })
  it('is a copy at the size it has', () => {
    const map = tensor([1, 2], [1, 2])
    const same = stretchMap(map, [2])
    expect(same).toEqual(map)
    expect(same.data).not.toBe(map.data)
  })
  it('needs a size for every axis', () => {
    expect(() => stretchMap(tensor([1, 2, 2]), [4])).toThrow(/2 sizes/)
    expect(() => stretchMap(tensor([1, 2]), [0])).toThrow(/sizes from 1/)
  })
})
