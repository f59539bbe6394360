import { describe, expect, it } from 'vitest'
import { classifierLayers } from '../nets/classifier.ts'
import { formulaWeights } from '../nets/formula.ts'
import { netModel, stacked } from './netModel.ts'

describe('netModel', () => {
  const net = classifierLayers[0]
  if (net === undefined) throw new Error('the classifier has no layers')
  const text = (formulation: 'asWritten' | 'merged') =>
    Buffer.from(netModel(net, formulaWeights(net), 1, formulation)).toString('latin1')
  const convolutions = (model: string) => model.split('kernel_shape').length - 1

  it('writes two convolutions as the class has them, or one that is split', () => {
    expect(convolutions(text('asWritten'))).toBe(2)
    expect(text('asWritten')).not.toContain('Split')
    expect(convolutions(text('merged'))).toBe(1)
    expect(text('merged')).toContain('Split')
  })
})

describe('stacked', () => {
  it('puts the gate’s rows behind the feature’s', () => {
    const row = (value: number) => ({ shape: [1, 2], data: Float32Array.of(value, value) })
    expect(stacked(row(1), row(2))).toEqual({
      shape: [2, 2],
      data: Float32Array.of(1, 1, 2, 2),
    })
  })
})
