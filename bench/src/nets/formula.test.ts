import { describe, expect, it } from 'vitest'
import { classifier } from './classifier.ts'
import { formulaInput, formulaValues, formulaWeights } from './formula.ts'
import { waveNet } from './waveNet.ts'

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

  it('begin a large batch with the examples of a small one', () => {
    const small = formulaInput(waveNet, 1)
    const large = formulaInput(waveNet, 2)
    expect(small.every((value, i) => value === large[i])).toBe(true)
    expect(large).toHaveLength(2 * small.length)
  })

  it('name weights as PyTorch would, also inside residual blocks', () => {
    expect([...formulaWeights(classifier).keys()].slice(0, 4)).toEqual([
      'gated_conv1.spatial_conv.weight',
      'gated_conv1.spatial_conv.bias',
      'gated_conv1.temporal_conv.weight',
      'gated_conv1.temporal_conv.bias',
    ])
    expect(formulaWeights(waveNet).get('block9.body.gated.gate.weight')?.shape).toEqual([64, 64, 2])
  })
})
