import { describe, expect, it } from 'vitest'
import { deepFillNet } from './deepFill.ts'
import { deepFillGenerator, generatorTensors, generatorWork } from './deepFillGenerator.ts'
import { formulaInput, formulaWeights } from './formula.ts'
import { multiplyAdds, shapeBehind } from './shapes.ts'

describe('DeepFill v2 whole', () => {
  it('has the published number of parameters', () => {
    const counts = generatorTensors().map(({ shape }) => shape.reduce((all, size) => all * size, 1))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4_052_478)
    expect(formulaWeights(deepFillGenerator(64)).size).toBe(84)
  })

  it('does the work of its convolutions and of its attention', () => {
    const { layers, input } = deepFillNet(256)
    const attention = 1024 ** 2 * 96 * 25
    expect(generatorWork(256, 256)).toBe(multiplyAdds(layers, input) + attention)
  })

  it('is shown a picture with a hole in its middle', () => {
    const net = deepFillGenerator(24)
    expect(shapeBehind(net.layers, net.input)).toEqual([3, 24, 24])
    const mask = formulaInput(net, 2).subarray(7 * 576)
    expect(mask.reduce((sum, value) => sum + value, 0)).toBe(64)
    expect(mask[12 * 24 + 12]).toBe(1)
    expect(mask[0]).toBe(0)
  })
})
