import { describe, expect, it } from 'vitest'
import { maxPool } from './maxPool.ts'

function pool(values: readonly number[], kernel: number, padding = 0, dilation = 1) {
  const length = values.length + 2 * padding - dilation * (kernel - 1)
  const y = { shape: [1, 1, length], data: new Float64Array(length) }
  const indices = { shape: [1, 1, length], data: new Float64Array(length) }
  const x = { shape: [1, 1, values.length], data: Float64Array.from(values) }
  maxPool.reference([x], [y, indices], {
    kernelSize: [1, 1, kernel],
    stride: [1, 1, 1],
    padding: [
      [0, 0],
      [0, 0],
      [padding, padding],
    ],
    dilation: [1, 1, dilation],
  })
  return { values: [...y.data], indices: [...indices.data] }
}

describe('max pooling', () => {
  it('takes the first of equal maxima', () => {
    expect(pool([1, 2, 2, 0], 3)).toEqual({ values: [2, 2], indices: [1, 1] })
  })

  it('takes padding for minus infinity, not for zero', () => {
    expect(pool([-3, -2, -5], 3, 1)).toEqual({ values: [-2, -2, -2], indices: [1, 1, 1] })
  })

  it('lets NaN through, and points at the last one as PyTorch does', () => {
    const { values, indices } = pool([1, Number.NaN, 3, Number.NaN], 3)
    expect(values).toEqual([Number.NaN, Number.NaN])
    expect(indices).toEqual([1, 3])
  })

  it('keeps a window of minus infinities, and its place', () => {
    const low = Number.NEGATIVE_INFINITY
    expect(pool([low, low], 2)).toEqual({ values: [low], indices: [0] })
  })

  it('gives index −1 where a dilated window sees padding only', () => {
    expect(pool([5], 2, 1, 2)).toEqual({ values: [Number.NEGATIVE_INFINITY], indices: [-1] })
  })
})
