import { describe, expect, it } from 'vitest'
import { DEEPFILL_LAYERS, deepFillLayers, deepFillNet } from './deepFill.ts'
import { multiplyAdds, shapeBehind } from './shapes.ts'

describe('the DeepFill stack', () => {
  it('has 42 convolutions with the published number of parameters', () => {
    expect(DEEPFILL_LAYERS).toHaveLength(42)
    const parameters = deepFillLayers(256).map(({ net: { layers }, count }) => {
      const [layer] = layers
      if (layer?.is !== 'gatedConv' && layer?.is !== 'conv') throw new Error('no convolution')
      const outputs = layer.outChannels * (layer.is === 'gatedConv' ? 2 : 1)
      const taps = layer.kernel.reduce((product, size) => product * size, layer.inChannels)
      return count * outputs * (taps + 1)
    })
    expect(parameters.reduce((sum, each) => sum + each, 0)).toBe(4_052_478)
  })

  it.each([
    [256, 25.2],
    [512, 100.8],
  ])('does at %i² the work that the layers add up to', (size, giga) => {
    const alone = deepFillLayers(size).map(
      ({ net, count }) => count * multiplyAdds(net.layers, net.input),
    )
    const { layers, input } = deepFillNet(size)
    const chained = multiplyAdds(layers, input)
    expect(chained / 1e9).toBeCloseTo(giga, 1)
    expect(alone.reduce((sum, each) => sum + each, 0)).toBe(chained)
    expect(shapeBehind(layers, input)).toEqual([3, size, size])
  })
})
