import { describe, expect, it } from 'vitest'
import { figuresOf, standing } from './figures.ts'
import { ratioOf, recordWith } from './testRecord.ts'

describe('figuresOf', () => {
  it('holds us against the faster of the native peers', () => {
    const record = recordWith([ratioOf('onnxruntime-node', 0.45), ratioOf('pytorch', 0.3)])
    expect(figuresOf(record)).toMatchObject([
      {
        figure: 'classifier forward, batch 1',
        against: 'onnxruntime-node',
        value: 0.45,
        must: 0.5,
      },
    ])
  })

  it('asks less where there is no relaxed SIMD', () => {
    const record = recordWith([ratioOf('pytorch', 0.7)])
    const nodes = record.nodes.map((node) => ({ ...node, relaxedSimd: false }))
    expect(figuresOf({ ...record, nodes })[0]).toMatchObject({ must: 0.8, goal: 0.6 })
  })

  it('tells thread counts apart and compares two with one', () => {
    const record = recordWith([
      ratioOf('pytorch', 0.4),
      ratioOf('pytorch', 0.5, { threads: 2 }),
      ratioOf('sluice', 0.55, { threads: 2 }),
    ])
    expect(figuresOf(record).map(({ where, value }) => [where, value])).toEqual([
      ['Node 24 (relaxed SIMD), 1 thread', 0.4],
      ['Node 24 (relaxed SIMD), 2 threads', 0.5],
      ['Node 24 (relaxed SIMD), 2 threads', 0.55],
    ])
  })

  it('compares memory, arena, start, photo and page with their bars', () => {
    const where = { node: '24.0.0', threads: 2 }
    const footprint = {
      memory: [
        { peer: 'sluice', ...where, peakBytes: 100 },
        { peer: 'pytorch', ...where, peakBytes: 200 },
      ],
      arena: [{ program: 'p', arenaBytes: 120, lowerBoundBytes: 100 }],
      start: [{ ...where, ms: { median: 200, min: 190, max: 300 } }],
      photo: [{ model: 'm', ...where, ms: { median: 2100, min: 2000, max: 2200 }, peakBytes: 1 }],
      page: [{ page: 'all', trains: false, bytes: 200_000, gzipBytes: 91_000 }],
    }
    const figures = figuresOf({ ...recordWith([], 'wavenet'), footprint })
    expect(figures.map((figure) => [figure.value, standing(figure)])).toEqual([
      [0.5, 'must'],
      [1.2, 'missed'],
      [200, 'must'],
      [2100, 'missed'],
      [91, 'missed'],
    ])
  })
})

describe('standing', () => {
  const figure = { figure: '', where: '', unit: 'ratio', must: 0.5, goal: 0.33 } as const

  it.each([
    [0.33, 'goal'],
    [0.34, 'must'],
    [0.5, 'must'],
    [0.501, 'missed'],
  ] as const)('%f reaches %s', (value, reached) => {
    expect(standing({ ...figure, value })).toBe(reached)
  })
})
