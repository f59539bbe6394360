import { describe, expect, it } from 'vitest'
import { compareEvidence, type Evidence } from './evidence.ts'

function evidence(output: number[], updates: Record<string, number[]> = {}): Evidence {
  const entries = Object.entries(updates).map(
    ([name, values]) => [name, Float32Array.from(values)] as const,
  )
  return { ms: 1, outputs: [Float32Array.from(output)], updates: new Map(entries) }
}

describe('compareEvidence', () => {
  it('lets rounding pass', () => {
    const agreement = compareEvidence(
      evidence([1.00002, 2], { weight: [0.1001] }),
      evidence([1, 2], { weight: [0.1] }),
    )
    expect(agreement.agrees).toBe(true)
    expect(agreement.error).toBeLessThan(1e-4)
  })

  it('refuses outputs that are off', () => {
    expect(compareEvidence(evidence([1.001, 2]), evidence([1, 2]))).toMatchObject({
      agrees: false,
      worst: expect.stringMatching(/^outputs 4\.5e-4/),
    })
  })

  it('refuses one wrong gradient behind a right loss, and names it', () => {
    const right = { first: [1, 1], second: [1, 1] }
    expect(
      compareEvidence(evidence([2], { ...right, second: [1, 1.1] }), evidence([2], right)),
    ).toMatchObject({ agrees: false, worst: expect.stringContaining('second') })
  })

  it('refuses a tensor that is missing', () => {
    expect(compareEvidence(evidence([2]), evidence([2], { weight: [1] })).agrees).toBe(false)
  })

  it('names the layer that is wrong among several', () => {
    const layers = (...outputs: number[][]): Evidence => ({
      ms: 1,
      outputs: outputs.map((values) => Float32Array.from(values)),
      updates: new Map(),
    })
    const agreement = compareEvidence(layers([1, 2], [3, 5]), layers([1, 2], [3, 4]), ['a', 'b'])
    expect(agreement).toMatchObject({ agrees: false, worst: expect.stringContaining('of b') })
    expect(compareEvidence(layers([1, 2]), layers([1, 2], [3, 4])).agrees).toBe(false)
  })

  it('refuses to find that nothing agrees with nothing', () => {
    const nothing: Evidence = { ms: 1, outputs: [], updates: new Map() }
    expect(compareEvidence(nothing, nothing).agrees).toBe(false)
  })

  it('refuses a sign that is turned', () => {
    expect(
      compareEvidence(evidence([2], { weight: [-1] }), evidence([2], { weight: [1] })).agrees,
    ).toBe(false)
  })
})
