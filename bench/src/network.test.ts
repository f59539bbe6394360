import { describe, expect, it } from 'vitest'
import { CLIP, formulaBatch, formulaValues, POSITIONS } from './network.ts'

describe('formula numbers', () => {
  it('are the same every time, and others under another name', () => {
    expect(formulaValues('a', 4, 1)).toEqual(formulaValues('a', 4, 1))
    expect(formulaValues('a', 4, 1)).not.toEqual(formulaValues('b', 4, 1))
  })

  it('fill the whole range and nothing outside it', () => {
    const values = formulaValues('range', 10_000, 2)
    expect(Math.max(...values)).toBeLessThanOrEqual(2)
    expect(Math.max(...values)).toBeGreaterThan(1.99)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2)
    expect(Math.min(...values)).toBeLessThan(-1.99)
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 10_000)).toBeLessThan(0.05)
  })
})

describe('formulaBatch', () => {
  it('holds the same clips in both layouts', () => {
    const { channelsFirst, channelsLast } = formulaBatch(2)
    const position = 1234
    for (let c = 0; c < CLIP.channels; c++) {
      expect(channelsLast[(POSITIONS + position) * CLIP.channels + c]).toBe(
        channelsFirst[(CLIP.channels + c) * POSITIONS + position],
      )
    }
  })

  it('begins a large batch with the clips of a small one', () => {
    const small = formulaBatch(1).channelsFirst
    expect(formulaBatch(8).channelsFirst.subarray(0, small.length)).toEqual(small)
  })
})
