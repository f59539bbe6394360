import { describe, expect, it } from 'vitest'
import { predictItems } from './evaluate.ts'
import { classificationMetrics, confusionMatrix, top1, topK } from './metrics.ts'
import { softmax } from './softmax.ts'

const predictions = [
  { label: 0, probabilities: [0.7, 0.2, 0.1] },
  { label: 0, probabilities: [0.3, 0.4, 0.3] },
  { label: 1, probabilities: [0.1, 0.8, 0.1] },
  { label: 2, probabilities: [0.6, 0.3, 0.1] },
]

describe('metrics', () => {
  it('count the clips whose class is the likeliest, or among the k likeliest', () => {
    expect(top1(predictions)).toBe(0.5)
    expect(topK(predictions, 2)).toBe(0.75)
    expect(topK(predictions, 3)).toBe(1)
    expect(top1([])).toBe(0)
  })

  it('give a tie to the lower class only', () => {
    const tie = (label: number) => [{ label, probabilities: [0.5, 0.5] }]
    expect([top1(tie(0)), top1(tie(1))]).toEqual([1, 0])
  })

  it('tabulate what was called what', () => {
    expect(confusionMatrix(predictions, 3)).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ])
  })

  it('give precision, recall and F1 per class, with 0 where nothing was called so', () => {
    const { perClass, loss, k } = classificationMetrics(predictions, 3)
    expect(perClass[0]).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, support: 2 })
    expect(perClass[1]).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3, support: 1 })
    expect(perClass[2]).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 })
    expect(loss).toBeCloseTo(-(Math.log(0.7) + Math.log(0.3) + Math.log(0.8) + Math.log(0.1)) / 4)
    expect(k).toBe(3)
  })

  it('refuse probabilities that are no numbers', () => {
    const broken = [{ label: 0, probabilities: [Number.NaN, Number.NaN] }]
    expect(() => classificationMetrics(broken, 2)).toThrow(/NaN/)
  })
})

describe('softmax', () => {
  it('sums to one, however large the logits', () => {
    expect([...softmax([1000, 1000])]).toEqual([0.5, 0.5])
    expect(softmax([0, Math.log(3)])[1]).toBeCloseTo(0.75, 12)
  })
})

describe('predictItems', () => {
  const logits = (inputs: Float32Array) => inputs

  it('averages the clips of one video and ignores what only fills the batch', async () => {
    const large = 50
    const batch = {
      inputs: Float32Array.of(large, 0, 0, large, 0, large, 7, 7),
      labels: Int32Array.of(1, 1, 0, -1),
      valid: 3,
      itemIndices: [4, 4, 2],
    }
    const items = await predictItems(logits, [batch])
    expect(items.map((item) => item.label)).toEqual([0, 1])
    expect(items[1]?.probabilities[0]).toBeCloseTo(0.5, 12)
    expect(items[0]?.probabilities[1]).toBeCloseTo(1, 12)
  })

  it('lets each clip stand alone where videos are not told', async () => {
    const batch = { inputs: Float32Array.of(1, 0), labels: Int32Array.of(1), valid: 1 }
    expect(await predictItems(logits, [batch, batch])).toHaveLength(2)
  })

  it('refuses a label that is no class', async () => {
    const batch = { inputs: Float32Array.of(1, 0), labels: Int32Array.of(2), valid: 1 }
    await expect(predictItems(logits, [batch])).rejects.toThrow(/label 2/)
  })
})
